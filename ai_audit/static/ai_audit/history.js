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

for (const choice of document.querySelectorAll('.range .quick button')) {
  choice.addEventListener('click', () => {
    const [first, last] = choice.closest('.range').querySelectorAll('input[type=date]');
    first.value = choice.dataset.first;
    last.value = choice.dataset.last;
    choice.form.requestSubmit();
  });
}
