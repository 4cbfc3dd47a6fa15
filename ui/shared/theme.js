// The theme's colours under names that say what they mean.

const COLOURS = /** @type {const} */ (['real', 'fake', 'discriminator', 'generator', 'gradients', 'unsure'])

/** @typedef {Record<(typeof COLOURS)[number] | 'text' | 'background' | 'line' | 'soft' | 'font', string>} Colours */

export const theme = {
  /**
   * Hands the theme's chart colours to the style sheet.
   * @param {HTMLElement} root
   */
  apply(root) {
    const list = getComputedStyle(root).getPropertyValue('--st-chart-categorical-colors').split(',')
    COLOURS.forEach((name, i) => {
      if (list[i]?.trim()) root.style.setProperty(`--${name}`, list[i].trim())
    })
  },

  /**
   * The colours that hold where an element stands.
   * @param {Element} element
   * @returns {Colours}
   */
  of(element) {
    const style = getComputedStyle(element)
    const get = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim()
    return {
      real: get('real'),
      fake: get('fake'),
      discriminator: get('discriminator'),
      generator: get('generator'),
      gradients: get('gradients'),
      unsure: get('unsure'),
      text: get('st-text-color'),
      background: get('st-background-color'),
      line: get('st-border-color'),
      soft: get('st-secondary-background-color'),
      font: get('st-font') || 'sans-serif',
    }
  },

  /**
   * Calls back when the theme has changed, by the reader or by his system; returns what ends that.
   * @param {HTMLElement} root
   * @param {() => void} changed
   */
  watch(root, changed) {
    const sign = () => getComputedStyle(root).getPropertyValue('--st-background-color')
    let before = sign()
    const look = () => {
      const now = sign()
      if (now === before) return
      before = now
      theme.apply(root)
      changed()
    }
    const observer = new MutationObserver(() => requestAnimationFrame(look))
    observer.observe(document.head, { childList: true })
    for (
      let node = /** @type {HTMLElement | null} */ (root);
      node && node !== document.body;
      node = node.parentElement
    ) {
      observer.observe(node, { attributes: true, attributeFilter: ['style', 'class'] })
      if (node.classList.contains('stApp')) break
    }
    return () => observer.disconnect()
  },
}
