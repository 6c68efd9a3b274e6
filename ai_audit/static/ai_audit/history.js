// What the audit history's page fetches once it is shown, and its quick choices of dates.
'use strict';

const count = document.getElementById('count');
if (count) {
  fetch(count.dataset.url, {headers: {accept: 'application/json'}})
    .then((answer) => (answer.ok ? answer.json() : {count: '', reasons: []}))
    .then((found) => {
      count.textContent = found.count;
      const reasons = document.getElementById('reasons');
      for (const reason of found.reasons) {
        reasons.append(new Option('', reason));
      }
    })
    .catch(() => {});
}

// The boxes that choose by name are drawn by select2, which does not pass on what they are
// called. They are drawn once jQuery is ready, which calls in the order of asking.
django.jQuery(() => {
  for (const select of document.querySelectorAll('select.admin-autocomplete')) {
    const [label] = select.labels;
    const drawn = select.nextElementSibling;
    const shown = drawn.querySelector('.select2-selection__rendered');
    label.id = `${select.id}_label`;
    drawn.querySelector('[role=combobox]').setAttribute('aria-labelledby', `${label.id} ${shown.id}`);
    // What is chosen is text, and no box within the box.
    shown.removeAttribute('role');
    shown.removeAttribute('aria-readonly');
    django.jQuery(select).on('select2:open', () =>
      document.querySelector('.select2-search__field').setAttribute('aria-labelledby', label.id));
  }
});

for (const choice of document.querySelectorAll('.range .quick button')) {
  choice.addEventListener('click', () => {
    const [first, last] = choice.closest('.range').querySelectorAll('input[type=date]');
    first.value = choice.dataset.first;
    last.value = choice.dataset.last;
    choice.form.requestSubmit();
  });
}
