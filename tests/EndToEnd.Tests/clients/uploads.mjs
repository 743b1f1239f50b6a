// What a page does whose visitors upload: each function sends a file to an endpoint and gives the upload's address.
import Uppy from '@uppy/core'
import Tus from '@uppy/tus'
import * as tus from 'tus-js-client'

const metadata = { filename: 'set.mp3', filetype: 'audio/mpeg' }
const chunkSize = 64 * 1024

async function begin(source, options) {
  const upload = new tus.Upload(source, { metadata, chunkSize, ...options })
  const [previous] = await upload.findPreviousUploads()
  if (previous) upload.resumeFromPreviousUpload(previous)
  upload.start()
  return upload
}

function sent(source, options) {
  return new Promise((resolve, reject) => {
    const upload = begin(source, { ...options, onError: reject, onSuccess: async () => resolve((await upload).url) })
    upload.catch(reject)
  })
}

// Three partial uploads at a time. It breaks off when their addresses are kept, and another upload object goes on where they were.
async function inParallel(file, options) {
  await new Promise((resolve, reject) => {
    const upload = begin(file, {
      ...options,
      parallelUploads: 3,
      onError: reject,
      onSuccess: () => reject(new Error('It was to break off before.')),
      onChunkComplete: async () => {
        const first = await upload
        if ((await first.findPreviousUploads()).length > 0) first.abort().then(resolve, reject)
      },
    })
    upload.catch(reject)
  })
  return sent(file, { ...options, parallelUploads: 3 })
}

// A stream of which nobody knows how long it will be.
function asStream(file, options) {
  return sent(file.stream().getReader(), { ...options, uploadLengthDeferred: true, storeFingerprintForResuming: false })
}

async function byUppy(file, options) {
  const uppy = new Uppy({ autoProceed: false }).use(Tus, { chunkSize, ...options })
  uppy.addFile({ name: file.name, type: file.type, data: file })
  const { successful, failed } = await uppy.upload()
  if (failed.length > 0) throw new Error(failed[0].error)
  return successful[0].uploadURL
}

const ways = {
  inParallel,
  asStream,
  byUppy,
  byUppyInParallel: (file, options) => byUppy(file, { ...options, parallelUploads: 3 }),
  byUppyWithoutLength: (file, options) => byUppy(file, { ...options, uploadLengthDeferred: true }),
}

window.upload = async ({ way, endpoint, token }) => {
  const song = await (await fetch('/song.mp3')).blob()
  return ways[way](new File([song], 'set.mp3', { type: 'audio/mpeg' }), { endpoint, headers: { Authorization: `Bearer ${token}` } })
}
