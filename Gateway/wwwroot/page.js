'use strict';
// Lists the public streams and playlists, and plays one by hls.js (or by the browser where it can).

const byId = id => document.getElementById(id);
const audio = byId('audio');
// One id for this page's player, so that the platform counts it once however it polls.
const session = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
let hls = null;
let leave = () => {};

// A list that grows by its button, page by page.
function lister(path, list, more, toRow) {
  let cursor = null;
  const next = async () => {
    const answer = await fetch(`${path}?limit=50${cursor ? '&cursor=' + encodeURIComponent(cursor) : ''}`);
    const page = await answer.json();
    cursor = page.next_cursor;
    more.hidden = !cursor;
    for (const item of page.items) list.append(toRow(item));
    return list.children.length;
  };
  more.addEventListener('click', next);
  return next;
}

function row(name, remark, description, play) {
  const item = byId('row').content.cloneNode(true);
  const button = item.querySelector('button');
  button.setAttribute('aria-pressed', 'false');
  item.querySelector('.name').textContent = name;
  item.querySelector('.genre').textContent = remark;
  item.querySelector('.description').textContent = description;
  button.addEventListener('click', () => {
    for (const other of document.querySelectorAll('li button')) other.setAttribute('aria-pressed', String(other === button));
    play();
  });
  return item;
}

const streamRow = stream => {
  const item = row(stream.name, stream.genre, stream.description, () => play(stream.name, stream.stream_urls.hls, () => follow(stream)));
  item.querySelector('button').dataset.streamId = stream.stream_id;
  return item;
};

const playlistRow = playlist => {
  const item = row(playlist.title, minutes(playlist.duration_seconds), playlist.description, () => play(playlist.title, playlist.stream_urls.hls, () => track(playlist)));
  item.querySelector('button').dataset.playlistId = playlist.playlist_id;
  return item;
};

function minutes(seconds) {
  return seconds ? `${Math.max(1, Math.round(seconds / 60))} min` : '';
}

// Plays an HLS playlist; what goes on in it is followed until the next one plays.
function play(name, path, watch) {
  leave();
  byId('player').hidden = false;
  byId('station').textContent = document.title = name;
  byId('title').textContent = byId('facts').textContent = '';
  leave = watch();
  const url = `${path}?session=${session}`;
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

function show(title, name) {
  byId('title').textContent = title;
  document.title = title ? `${title} · ${name}` : name;
}

// A stream tells its titles, listeners and state by events.
function follow(stream) {
  const now = { state: '', listeners: 0 };
  const facts = () => { byId('facts').textContent = now.state === 'live' ? `${now.listeners} listening` : now.state; };
  const events = new EventSource(`/v1/streams/${stream.stream_id}/events`);
  events.addEventListener('now_playing', event => show(JSON.parse(event.data).current_track || '', stream.name));
  events.addEventListener('state', event => { now.state = JSON.parse(event.data).state; facts(); });
  events.addEventListener('listeners', event => { now.listeners = JSON.parse(event.data).listeners; facts(); });
  return () => events.close();
}

// A playlist's track follows from how far it has played.
function track(playlist) {
  let tracks = [];
  const update = () => {
    let start = 0;
    const index = tracks.findIndex(one => audio.currentTime < (start += one.duration_seconds || 0));
    const current = tracks[index];
    if (!current) return;
    show([current.artist, current.title].filter(Boolean).join(' - '), playlist.title);
    byId('facts').textContent = `${index + 1} of ${tracks.length}`;
  };
  fetch(`/v1/playlists/${playlist.playlist_id}`).then(answer => answer.json()).then(details => {
    tracks = details.tracks.filter(one => one.status === 'ready');
    update();
  });
  audio.addEventListener('timeupdate', update);
  return () => audio.removeEventListener('timeupdate', update);
}

const nextStations = lister('/v1/streams', byId('stations'), byId('more'), streamRow);
const nextPlaylists = lister('/v1/playlists', byId('playlists'), byId('more-playlists'), playlistRow);
nextStations().then(count => { byId('empty').hidden = count > 0; });
nextPlaylists().then(count => { byId('again').hidden = count === 0; });
