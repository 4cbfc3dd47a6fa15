// Small helpers: elements, numbers in words, help in place, the theme's colours.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (name in node && typeof value !== 'string') node[name] = value
    else node.setAttribute(name, value)
  }
  node.append(...children.filter((c) => c !== null && c !== undefined))
  return node
}

/** Sets text only where it differs, so that nothing is laid out anew and selections survive. */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value
}

export function addStyle(href) {
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(h('link', { rel: 'stylesheet', href }))
}

export const whole = (n) => Math.round(n).toLocaleString('en-US')
export const sigmoid = (s) => 1 / (1 + Math.exp(-s))
export const known = (n) => typeof n === 'number' && Number.isFinite(n)

export function short(n) {
  if (!known(n)) return '–'
  const size = Math.abs(n)
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return n.toExponential(1).replace('e+', 'e').replace('-', '−')
  return (size >= 100 ? n.toFixed(0) : size >= 10 ? n.toFixed(1) : n.toFixed(size && size < 0.0995 ? 3 : 2)).replace(
    '-',
    '−',
  )
}

/** How a game's scores are shown: from a logit to {words, share of the bar, how sure}; `among` are the logits beside it, for critics without a scale. */
export function scorer(game, among = []) {
  if (game.probability)
    return (s) => {
      const p = sigmoid(s)
      return { words: p.toFixed(2), share: p, sure: Math.abs(p - 0.5) * 2.4 }
    }
  const some = among.filter(known)
  const middle = game.level ?? (some.length ? (Math.min(...some) + Math.max(...some)) / 2 : 0)
  const most = Math.max(...some.map((s) => Math.abs(s - middle)), 1e-9)
  return (s) => ({ words: short(s), share: 0.5 + (s - middle) / (2 * most), sure: Math.abs(s - middle) / most })
}

export function clock(seconds) {
  const s = Math.max(0, Math.round(seconds))
  const two = (n) => String(n).padStart(2, '0')
  return s >= 3600
    ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
    : `${Math.floor(s / 60)}:${two(s % 60)}`
}

export function about(seconds) {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} minutes`
  return `about ${(seconds / 3600).toFixed(1)} hours`
}

export const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches

// ---- theme

const COLOURS = ['real', 'fake', 'discriminator', 'generator', 'gradients', 'unsure']

export const theme = {
  /** Hands the theme's chart colours to the style sheet under names that say what they mean. */
  apply(root) {
    const list = getComputedStyle(root)
      .getPropertyValue('--st-chart-categorical-colors')
      .split(',')
      .map((c) => c.trim())
    COLOURS.forEach((name, i) => {
      if (list[i]) root.style.setProperty(`--${name}`, list[i])
    })
  },
  of(root) {
    const style = getComputedStyle(root)
    const get = (name) => style.getPropertyValue(name).trim()
    const colours = Object.fromEntries(COLOURS.map((name) => [name, get(`--${name}`)]))
    return {
      ...colours,
      text: get('--st-text-color'),
      background: get('--st-background-color'),
      line: get('--st-border-color'),
      soft: get('--st-secondary-background-color'),
      font: get('--st-font'),
    }
  },
  /** Calls back when the theme has changed, by the reader or by his system. */
  watch(root, changed) {
    const sign = () => getComputedStyle(root).getPropertyValue('--st-background-color')
    let before = sign()
    const look = () => {
      const now = sign()
      if (now !== before) {
        before = now
        theme.apply(root)
        changed()
      }
    }
    const observer = new MutationObserver(() => requestAnimationFrame(look))
    observer.observe(document.head, { childList: true })
    for (let node = root; node && node !== document.body; node = node.parentElement) {
      observer.observe(node, { attributes: true, attributeFilter: ['style', 'class'] })
      if (node.classList.contains('stApp')) break
    }
    return () => observer.disconnect()
  },
}

// ---- help in place

let bubble = null

function showHelp(button, words, below = false) {
  hideHelp()
  const colours = theme.of(button)
  bubble = h('div', { class: 'gan-bubble', role: 'tooltip', id: 'gan-bubble' })
  for (const line of words.split('\n')) bubble.append(h('p', {}, line))
  bubble.style.background = colours.text
  bubble.style.color = colours.background
  bubble.style.fontFamily = colours.font
  document.body.append(bubble)
  button.setAttribute('aria-describedby', 'gan-bubble')
  const at = button.getBoundingClientRect(),
    box = bubble.getBoundingClientRect()
  const left = Math.max(8, Math.min(at.left + at.width / 2 - box.width / 2, innerWidth - box.width - 8))
  const above = at.top - box.height - 8
  bubble.style.left = `${left}px`
  bubble.style.top = `${above > 64 && !below ? above : at.bottom + 8}px`
  bubble.owner = button
}

function hideHelp() {
  bubble?.owner?.removeAttribute('aria-describedby')
  bubble?.remove()
  bubble = null
}

/** A small "?" that explains a term: shown on hover, focus and touch, closed by Escape. */
export function help(term, words) {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'gan-help',
      'aria-label': `Explain ${term}`,
      onmouseenter: () => showHelp(button, words),
      onmouseleave: hideHelp,
      onfocus: () => showHelp(button, words),
      onblur: hideHelp,
      onclick: () => showHelp(button, words),
      onkeydown: (e) => {
        if (e.key === 'Escape') hideHelp()
      },
    },
    '?',
  )
  return button
}

/** Says below something what it is, or why it is not there, where it is looked at: under the mouse, or with the keyboard. */
export function explain(node, words) {
  const show = () => showHelp(node, words(), true),
    away = () => {
      if (bubble?.owner === node) hideHelp()
    }
  node.addEventListener('mouseenter', show)
  node.addEventListener('mouseleave', away)
  node.addEventListener('focus', () => {
    if (node.matches(':focus-visible')) show()
  })
  node.addEventListener('blur', away)
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') away()
  })
}

export const closeHelp = hideHelp

/** A canvas as sharp as the screen; returns its context in CSS pixels. */
export function fit(canvas, width, height) {
  const ratio = Math.max(1, window.devicePixelRatio || 1)
  const w = Math.round(width * ratio),
    ht = Math.round(height * ratio)
  if (canvas.width !== w || canvas.height !== ht) {
    canvas.width = w
    canvas.height = ht
  }
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** Calls back with the width of an element whenever it changes. */
export function onWidth(element, changed) {
  let before = 0
  const observer = new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth)
    if (width && width !== before) {
      before = width
      changed(width)
    }
  })
  observer.observe(element)
  return () => observer.disconnect()
}
