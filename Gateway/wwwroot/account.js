'use strict';
// Follows a mailed link. Nothing happens before a button is pressed: programs that look at mail open links too.

const byId = id => document.getElementById(id);
const purposes = {
  verify: { text: 'Confirm that you read the address that this link was sent to.', done: 'The address is confirmed. You can log in with it now.' },
  reset: { text: 'Set a new password. You are then logged out everywhere.', done: 'The new password is set. Log in with it.' },
};

// The token stands behind the #, so no server and no log ever saw it.
function readLink() {
  const [, purpose, token] = /^#(verify|reset)=([\w-]+)$/.exec(location.hash) || [];
  for (const name of Object.keys(purposes)) byId(name).hidden = name !== purpose;
  show('problems', []);
  if (!purpose) return;
  byId('outcome').hidden = true;
  byId('purpose').textContent = purposes[purpose].text;
  byId(purpose).onsubmit = event => {
    event.preventDefault();
    follow(purpose, token);
  };
}

async function follow(purpose, token) {
  const button = byId(purpose).querySelector('button');
  button.disabled = true;
  show('problems', []);
  try {
    const answer = purpose === 'verify'
      ? await post('/v1/auth/verify-email', { token })
      : await post('/v1/auth/password-reset', { token, new_password: byId('password').value });
    if (answer.ok) finish(purpose);
    else show('problems', problemsOf(await answer.json()));
  } catch {
    show('problems', ['The platform cannot be reached. Try again in a moment.']);
  } finally {
    button.disabled = false;
  }
}

function post(path, body) {
  return fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

function finish(purpose) {
  history.replaceState(null, '', location.pathname); // The link is used: nothing is left to keep or to send again.
  byId('password').value = '';
  byId(purpose).hidden = true;
  byId('outcome').textContent = purposes[purpose].done;
  byId('outcome').hidden = false;
}

function problemsOf(problem) {
  const { token, ...others } = problem.errors || {};
  if (token) return ['This link was used before, is too old, or a newer one was sent. Ask for another one.'];
  const all = Object.values(others).flat();
  return all.length > 0 ? all : [problem.error || 'Something went wrong. Try again in a moment.'];
}

function show(id, lines) {
  byId(id).replaceChildren(...lines.map(line => Object.assign(document.createElement('li'), { textContent: line })));
  byId(id).hidden = lines.length === 0;
}

byId('show').addEventListener('change', event => { byId('password').type = event.target.checked ? 'text' : 'password'; });
addEventListener('hashchange', readLink);
readLink();
