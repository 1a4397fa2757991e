// Sliders of ipywidgets have no name for those who hear the page: each gets the name that stands above it.
function nameSliders() {
  for (const knob of document.querySelectorAll('.rs-knob')) {
    const name = knob.querySelector('.rs-name');
    for (const handle of knob.querySelectorAll('.noUi-handle, select')) {
      if (name && handle.getAttribute('aria-label') !== name.textContent) {
        handle.setAttribute('aria-label', name.textContent);
      }
    }
  }
}

new MutationObserver(nameSliders).observe(document.body, { childList: true, subtree: true });
