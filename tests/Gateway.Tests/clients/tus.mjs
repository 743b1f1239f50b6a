// Uploads a file with tus-js-client: it breaks off after two chunks, and another upload object goes on from the address that was kept.
// Then one more is begun and taken back, and one brings its first bytes along with its creation. Prints what happened as JSON.
import fs from 'node:fs'
import * as tus from 'tus-js-client'

const [endpoint, token, path, folder] = process.argv.slice(2)
const addresses = new tus.FileUrlStorage(`${folder}/addresses.json`)
const seen = { chunks: [], resumedAt: null, id: null, offered: 0, takenBack: null, whole: null }

function upload(events) {
  return new tus.Upload(fs.createReadStream(path), {
    endpoint,
    chunkSize: 64 * 1024,
    retryDelays: [0, 200],
    urlStorage: addresses,
    headers: { Authorization: `Bearer ${token}` },
    metadata: { filename: 'set.mp3', filetype: 'audio/mpeg' },
    ...events,
  })
}

function ended(begin) {
  return new Promise((resolve, reject) => begin(resolve, reject))
}

await ended((resolve, reject) => {
  const first = upload({
    onError: reject,
    onChunkComplete: (_, accepted) => {
      seen.chunks.push(accepted)
      if (seen.chunks.length === 2) first.abort().then(resolve, reject)
    },
  })
  first.start()
})

await ended(async (resolve, reject) => {
  const second = upload({
    onError: reject,
    onChunkComplete: (size, accepted) => { seen.resumedAt ??= accepted - size },
    onSuccess: () => {
      seen.id = second.url.split('/').pop()
      resolve()
    },
  })
  const previous = await second.findPreviousUploads()
  seen.offered = previous.length
  second.resumeFromPreviousUpload(previous[0])
  second.start()
})

await ended((resolve, reject) => {
  const third = upload({
    onError: reject,
    onChunkComplete: () => {
      seen.takenBack = third.url.split('/').pop()
      third.abort(true).then(resolve, reject)
    },
  })
  third.start()
})

await ended((resolve, reject) => {
  const fourth = upload({
    uploadDataDuringCreation: true,
    storeFingerprintForResuming: false,
    chunkSize: Infinity,
    onError: reject,
    onSuccess: () => {
      seen.whole = fourth.url.split('/').pop()
      resolve()
    },
  })
  fourth.start()
})

console.log(JSON.stringify(seen))
