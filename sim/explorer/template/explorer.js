// Sliders of ipywidgets have no name for those who hear the page: each gets the name that stands above it.
function nameSliders() {
  for (const knob of document.querySelectorAll('.rs-knob')) {
    const name = knob.querySelector('.rs-name');
    const value = knob.querySelector('.rs-value');
    for (const handle of knob.querySelectorAll('.noUi-handle, select')) {
      if (name && handle.getAttribute('aria-label') !== name.textContent) {
        handle.setAttribute('aria-label', name.textContent);
      }
      if (value && handle.matches('.noUi-handle') && handle.getAttribute('aria-valuetext') !== value.textContent) {
        handle.setAttribute('aria-valuetext', value.textContent);
      }
    }
  }
}

// What scrolls for itself can be scrolled by keys where it is larger than its place.
function reachScrollers() {
  for (const box of document.querySelectorAll('.rs-table, .rs-outcome')) {
    const cut = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    if (cut !== box.hasAttribute('tabindex')) {
      cut ? box.setAttribute('tabindex', 0) : box.removeAttribute('tabindex');
    }
  }
}

function attend() {
  nameSliders();
  reachScrollers();
}

new MutationObserver(attend).observe(document.body, { childList: true, subtree: true });
window.addEventListener('resize', reachScrollers);
document.addEventListener('load', reachScrollers, true); // pictures

// Where the page's own process has ended nothing moves any more: that is said, and nothing can be moved.
const LOOK_EVERY = 2000;

async function isThere(kernel) {
  try {
    return (await fetch(`/api/kernels/${kernel}`, { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

async function watch(kernel) {
  const there = await isThere(kernel);
  document.getElementById('gone').hidden = there;
  document.getElementById('rendered_cells').inert = !there;
  setTimeout(watch, LOOK_EVERY, kernel);
}

watch(JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId);
