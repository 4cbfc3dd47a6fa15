// What a reader can make out on a page: put into it by a test, which asks `reading` for what falls short.

// biome-ignore lint: a script of the page, not a module
window.reading = (() => {
  const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })

  /** Any CSS colour as [r, g, b, a], a from 0 to 1. */
  const rgba = (colour) => {
    const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(colour)
    if (plain) return [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]]
    probe.clearRect(0, 0, 1, 1)
    probe.fillStyle = colour
    probe.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }

  const chain = (node) => {
    const found = []
    for (let at = node; at instanceof Element; at = at.parentElement) found.unshift(at)
    return found
  }
  /** The ground that an element stands on and the ink of its text, each as the screen shows it. */
  const shades = (element, ink) => {
    let ground = [255, 255, 255, 1]
    // groups that are translucent fade what is in them against what is below them
    const groups = []
    for (const at of chain(element)) {
      const style = getComputedStyle(at)
      if (+style.opacity < 1) groups.push({ below: ground, share: +style.opacity })
      ground = over(rgba(style.backgroundColor), ground)
    }
    let shown = over(rgba(ink), ground)
    for (const { below, share } of groups.reverse()) {
      const mix = (c) => c.slice(0, 3).map((v, i) => v * share + below[i] * (1 - share))
      shown = mix(shown)
      ground = mix(ground)
    }
    return { shown, ground }
  }

  const seen = (element) => {
    const box = element.getBoundingClientRect()
    if (box.width < 2 || box.height < 2) return false
    if (box.right <= 0 || box.bottom + scrollY <= 0) return false
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !unseen(element)
  }
  /** Words for screen readers only are clipped away; marks made of letters are pictures. */
  const unseen = (element) =>
    element.closest('.unseen, [data-testid="stIconMaterial"], .katex-mathml, [aria-hidden="true"]:not(.katex-html)') !== null
  const off = (element) =>
    element.closest(':disabled, [aria-disabled="true"], [data-disabled], label:has(:disabled), .dead') !== null

  const where = (element) => {
    const key = element.closest('[class*="st-key-"]')?.className.match?.(/st-key-\S+/)?.[0] ?? ''
    const name = typeof element.className === 'string' ? element.className.split(' ').slice(-1)[0] : element.tagName
    return `${key} ${element.tagName.toLowerCase()}.${name}`
  }

  /** Text whose contrast is below what its size and state ask for. */
  const faint = () => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const note = (text, element, ratio, size, bold) => {
      const large = size >= 24 || (bold && size >= 18.66)
      const least = off(element) || large ? 3 : 4.5
      if (ratio < least - 0.01) found.push(`${where(element)}: “${text.slice(0, 40)}” ${ratio.toFixed(2)} < ${least}`)
    }
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent.trim()
      const element = node.parentElement
      if (!text || !element || ['STYLE', 'SCRIPT', 'NOSCRIPT'].includes(element.tagName) || !seen(element)) continue
      const style = getComputedStyle(element)
      const ink = element instanceof SVGElement ? style.fill : style.color
      const { shown, ground } = shades(element, ink)
      note(text, element, contrast(shown, ground), parseFloat(style.fontSize), +style.fontWeight >= 600)
    }
    for (const input of document.querySelectorAll('input:not([type=range], [type=checkbox], [type=radio]), textarea')) {
      if (!seen(input)) continue
      const empty = !input.value && input.placeholder
      if (!input.value && !empty) continue
      const style = getComputedStyle(input, empty ? '::placeholder' : undefined)
      const ink = rgba(style.color)
      if (empty) ink[3] *= +style.opacity
      const { shown, ground } = shades(input, `rgba(${ink.slice(0, 3)}, ${ink[3]})`.replaceAll(',', ', ').replaceAll('  ', ' '))
      note(input.value || input.placeholder, input, contrast(shown, ground), parseFloat(style.fontSize), false)
    }
    // signs made of letters or lines: of one colour, which is that of the text around them
    for (const sign of document.querySelectorAll('[data-testid="stIconMaterial"], button svg, summary svg, label svg')) {
      if (!sign.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || !sign.getBoundingClientRect().width) continue
      const { shown, ground } = shades(sign, getComputedStyle(sign).color)
      note(sign.textContent || 'a drawing', sign, contrast(shown, ground), 16, false)
    }
    for (const [canvas, texts] of written) {
      if (!canvas.isConnected || !seen(canvas)) continue
      const { ground } = shades(canvas, 'rgb(0, 0, 0)')
      for (const [text, { ink, below, alpha, size }] of texts) {
        const at = over(below, ground)
        const shown = over([ink[0], ink[1], ink[2], ink[3] * alpha], at)
        note(text, canvas, contrast(shown, at), size, false)
      }
    }
    return [...new Set(found)]
  }

  /** What is written on canvases: canvas -> text -> the newest ink, ground and size. */
  const written = new Map()
  const clearRect = CanvasRenderingContext2D.prototype.clearRect
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, ...size) {
    if (x <= 0 && y <= 0) written.delete(this.canvas) // a view clears the whole of its canvas
    return clearRect.call(this, x, y, ...size)
  }
  const fillText = CanvasRenderingContext2D.prototype.fillText
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    if (this.canvas instanceof HTMLCanvasElement && String(text).trim()) {
      const { a, d, e, f, b, c } = this.getTransform()
      const size = parseFloat(/([\d.]+)px/.exec(this.font)?.[1] ?? '0')
      const wide = this.measureText(text).width
      const start = { left: 0, start: 0, center: -wide / 2, right: -wide, end: -wide }[this.textAlign] ?? 0
      const px = [x + start + wide / 2, y]
      const at = [a * px[0] + c * px[1] + e, b * px[0] + d * px[1] + f].map(Math.round)
      // the ground under the middle of the text, as it was before
      const [r, g, bl, al] = this.getImageData(at[0], at[1], 1, 1).data
      const ink = typeof this.fillStyle === 'string' ? rgba(this.fillStyle) : [0, 0, 0, 1]
      if (!written.has(this.canvas)) written.set(this.canvas, new Map())
      written.get(this.canvas).set(String(text), { ink, below: [r, g, bl, al / 255], alpha: this.globalAlpha, size })
    }
    return fillText.call(this, text, x, y, ...rest)
  }

  /** Text smaller than 12 pixels; indices of formulas are. */
  const tiny = () => {
    const found = []
    const note = (element, text, size) => size < 11.99 && found.push(`${where(element)}: “${text.slice(0, 40)}” ${size}px`)
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const [text, element] = [node.textContent.trim(), node.parentElement]
      if (!text || !element || element.closest('style, script, noscript, .katex') || !seen(element)) continue
      note(element, text, parseFloat(getComputedStyle(element).fontSize))
    }
    for (const [canvas, texts] of written)
      if (canvas.isConnected && seen(canvas)) for (const [text, { size }] of texts) note(canvas, text, size)
    return [...new Set(found)]
  }

  /** What is pressed with a finger and smaller than 24 pixels. */
  const small = () =>
    [...document.querySelectorAll('button, [role="button"], summary, [role="combobox"]')]
      .filter((e) => seen(e))
      .map((e) => ({ e, box: e.getBoundingClientRect() }))
      .filter(({ box }) => Math.min(box.width, box.height) < 23.5)
      .map(({ e, box }) => `${where(e)} is ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`)

  /** Whether what has the focus shows it: a ring around itself or what holds it, which goes with the focus. */
  const ring = () => {
    const at = document.activeElement
    for (let e = at, up = 0; e && up < 4; e = e.parentElement, up++) {
      const { outlineStyle, outlineWidth } = getComputedStyle(e)
      if (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) return ''
    }
    return where(at)
  }

  /** What a screen reader does not take for what it is: titles that are no headings, charts without one name, parts of pictures. */
  const unheard = () => {
    const visible = (all) => [...document.querySelectorAll(all)].filter((e) => e.checkVisibility())
    const called = (e) => e.getAttribute('aria-label') ?? ''
    const heading = (e) => e.closest('h1, h2, h3, [role="heading"][aria-level]')
    return [
      ...visible('.gan .title, .gan :is(h2, h3, h4, h5)').filter((e) => e.innerText.trim() && !heading(e)),
      ...visible('.chart').filter((e) => e.getAttribute('role') !== 'figure' || called(e) !== e.querySelector('.title').innerText),
      ...visible('.gan svg').filter((e) => !e.closest('[aria-hidden="true"], [role="img"]')),
    ].map(where)
  }

  return { faint, small, tiny, ring, unheard }
})()
