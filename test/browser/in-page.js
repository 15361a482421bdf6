/**
 * Looks around inside the page, for `looks.ts`: what a person would see and a test cannot tell from outside. Plain
 * JavaScript, for it runs in the browser, where Node's types mean nothing.
 */
globalThis.looks = {
  paleTexts,
  namelessControls,
  cutTexts,
  stickingOut,
  watchPlaces,
  scrollTop,
  endlessMotion,
  focused,
  mark,
  marked,
};

const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Any CSS colour as red, green, blue and alpha; `color-mix` and the like as the browser would paint them. */
function rgba(css) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}

function over(top, under) {
  return [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
}

function ground(element) {
  if (element === null) return [255, 255, 255];
  const color = rgba(getComputedStyle(element).backgroundColor);
  return color[3] === 1 ? color.slice(0, 3) : over(color, ground(element.parentElement));
}

function luminance(color) {
  const [r, g, b] = color.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What is disabled may be pale; a picture or a gradient behind a text is judged by eye. */
function inSight(element) {
  return (
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest(':disabled, [aria-disabled="true"], .sr, .im-tools') === null &&
    !getComputedStyle(element).backgroundImage.includes('gradient')
  );
}

/** Every text in sight whose contrast is below WCAG's AA. */
function paleTexts() {
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element === null || !inSight(element)) continue;
    const style = getComputedStyle(element);
    const back = ground(element);
    const [light, dark] = [luminance(over(rgba(style.color), back)), luminance(back)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio >= (isLarge ? 3 : 4.5)) continue;
    const colors = `${style.color} on rgb(${back.map(Math.round).join(' ')}) in ${element.tagName}.${element.className}`;
    found.set(colors, `${ratio.toFixed(2)} “${text.slice(0, 30)}” ${colors}`);
  }
  return [...found.values()];
}

function nameOf(element) {
  const inside = [...element.querySelectorAll('[aria-label]')].map((child) => child.getAttribute('aria-label'));
  const labels = [...(element.labels ?? [])].map((label) => label.textContent);
  return [element.getAttribute('aria-label'), element.getAttribute('title'), element.textContent, ...labels, ...inside]
    .filter(Boolean)
    .join(' ')
    .trim();
}

/** Controls that a screen reader could not name. */
function namelessControls() {
  const controls = 'button, a[href], input, select, textarea, [role="combobox"], [role="option"]';
  return [...document.querySelectorAll(controls)]
    .filter((element) => element.checkVisibility() && nameOf(element) === '')
    .map((element) => element.outerHTML.slice(0, 160));
}

/** Texts that end in “…” and of which the rest is nowhere to be seen. */
function cutTexts() {
  const isCut = (element) => {
    const { textOverflow } = getComputedStyle(element);
    return textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth + 1 && inSight(element);
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => isCut(element) && element.closest('[title]') === null)
    .map((element) => `${element.tagName}.${element.className} “${element.textContent.slice(0, 30)}”`);
}

/** What sticks out to the right of the screen. */
function stickingOut() {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => `${element.tagName}.${element.className}`)
    .slice(0, 5);
}

/**
 * Where things stand whenever the conversation has grown, as painted: an observer made later is told later, so the page
 * has put itself right by then.
 */
function watchPlaces(forMs) {
  const log = document.querySelector('[role="log"]');
  const scroller = log.parentElement;
  const composer = document.querySelector('textarea');
  const seen = { composerTop: [], pageScroll: [], fromEnd: [] };
  const watcher = new ResizeObserver(() => {
    seen.composerTop.push(Math.round(composer.getBoundingClientRect().top));
    seen.pageScroll.push(Math.round(scrollY));
    seen.fromEnd.push(Math.round(scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight));
  });
  watcher.observe(log);
  return new Promise((resolve) => {
    setTimeout(() => {
      watcher.disconnect();
      resolve(seen);
    }, forMs);
  });
}

function scrollTop() {
  return Math.round(document.querySelector('[role="log"]').parentElement.scrollTop);
}

/** Animations that would go on for ever. */
function endlessMotion() {
  const endless = ({ playState, effect }) => playState === 'running' && effect.getTiming().iterations > 1;
  return document.getAnimations().filter(endless).length;
}

/** What has the focus, as it would be read out. */
function focused() {
  return document.activeElement === null ? '' : nameOf(document.activeElement);
}

/** Marks these words where they stand last, as with the mouse. */
function mark(words) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at !== -1 && inSight(node.parentElement)) getSelection().setBaseAndExtent(node, at, node, at + words.length);
  }
}

function marked() {
  return String(getSelection());
}
