'use strict';
// Lists the public streams, plays one by hls.js (or by the browser where it can), and follows its events.

const byId = id => document.getElementById(id);
const audio = byId('audio');
// One id for this page's player, so that the platform counts it once however it polls.
const session = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
let hls = null;
let events = null;
let cursor = null;

async function list() {
  const answer = await fetch('/v1/streams?limit=50' + (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''));
  const page = await answer.json();
  cursor = page.next_cursor;
  byId('more').hidden = !cursor;
  for (const stream of page.items) byId('stations').append(row(stream));
  byId('empty').hidden = byId('stations').children.length > 0;
}

function row(stream) {
  const item = byId('row').content.cloneNode(true);
  const button = item.querySelector('button');
  button.dataset.streamId = stream.stream_id;
  button.setAttribute('aria-pressed', 'false');
  item.querySelector('.name').textContent = stream.name;
  item.querySelector('.genre').textContent = stream.genre;
  item.querySelector('.description').textContent = stream.description;
  button.addEventListener('click', () => play(stream, button));
  return item;
}

function play(stream, button) {
  for (const other of document.querySelectorAll('#stations button')) other.setAttribute('aria-pressed', String(other === button));
  byId('player').hidden = false;
  byId('station').textContent = stream.name;
  byId('title').textContent = '';
  follow(stream);
  const url = `${stream.stream_urls.hls}?session=${session}`;
  if (hls) { hls.destroy(); hls = null; }
  if (window.Hls && Hls.isSupported()) {
    hls = new Hls({ liveSyncDurationCount: 3 });
    hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) recover(error); });
    hls.loadSource(url);
    hls.attachMedia(audio);
  } else {
    audio.src = url;
  }
  audio.play().catch(() => { /* The browser wants a click on the player first; its own button shows that. */ });
}

function recover(error) {
  if (error.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
  else setTimeout(() => hls && hls.startLoad(), 2000);
}

function follow(stream) {
  if (events) events.close();
  const now = { state: '', listeners: 0 };
  const show = () => { byId('facts').textContent = now.state === 'live' ? `${now.listeners} listening` : now.state; };
  events = new EventSource(`/v1/streams/${stream.stream_id}/events`);
  events.addEventListener('now_playing', event => {
    const title = JSON.parse(event.data).current_track || '';
    byId('title').textContent = title;
    document.title = title ? `${title} · ${stream.name}` : stream.name;
  });
  events.addEventListener('state', event => { now.state = JSON.parse(event.data).state; show(); });
  events.addEventListener('listeners', event => { now.listeners = JSON.parse(event.data).listeners; show(); });
}

byId('more').addEventListener('click', list);
list();
