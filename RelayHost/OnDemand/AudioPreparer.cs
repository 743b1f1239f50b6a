using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>
/// Prepares a stored file for listeners: an MP3, HLS segments and playlists, the cover. Frames are copied where the codec allows. A second run
/// overwrites the first with the same result.
/// </summary>
public sealed class AudioPreparer(IObjectStore store, AudioProbe probe, AudioEncoder encoder, AudioAnalysis analysis, VodSegmenter segmenter, CoverArt covers, WorkOptions work)
{
    private const string Mp3 = "mp3", Aac = "aac"; // ffmpeg's names.
    private const string Mp3Codec = "mp4a.40.34";
    private const string AacCodec = "mp4a.40.2";
    private const string SourceSegments = "hls/source-";

    /// <summary>AAC encoders add less silence around the sound than this.</summary>
    private static readonly TimeSpan MostPadding = TimeSpan.FromSeconds(0.5);

    /// <summary>Prepares a file.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="report">Receives the progress in percent.</param>
    /// <param name="cancellationToken">Cancels the preparation; objects already put remain.</param>
    /// <exception cref="UnusableAudioException">The file cannot be used.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store is down or full.</exception>
    /// <exception cref="ProcessStartException">ffmpeg or ffprobe could not be started.</exception>
    public async Task<PreparedAudio> PrepareAsync(PreparationRequest request, Action<int> report, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder(work);
        var path = await folder.FetchAsync(store, request.SourceKey, $"source.{request.Kind.Extension()}", cancellationToken);
        if (request.Kind == AudioFileKind.M4a)
            path = await WithoutTagsAsync(folder, path, cancellationToken);
        var copiesMp3 = request.TargetLufs is null && request.Kind == AudioFileKind.Mp3;
        // The frames of an MP3 contain all required information.
        var file = copiesMp3 ? Unprobed(Mp3) : await ProbeAsync(path, request.Kind, cancellationToken);
        var tagging = Task.Run(() => ReadTagsAsync(path, request.Kind, file, cancellationToken), cancellationToken);
        // For MP4 files, ffmpeg removes the silence at the start but not at the end.
        var sound = request.Kind == AudioFileKind.M4a ? SoundOf(path, file.Duration) : null;
        var source = new EncoderInput(path, request.Kind, file.Duration, Sound: sound);
        var copiesAac = request.TargetLufs is null && (request.Kind == AudioFileKind.Aac || (request.Kind == AudioFileKind.M4a && file.Codec == Aac));
        var copies = copiesMp3 ? 0 : 1 + (copiesAac ? 1 : 0) + (copiesAac && request.Kind == AudioFileKind.M4a ? 1 : 0);
        var stages = new Stages(report, copies + 1 + (2 * request.RenditionsKbps.Length));

        if (request.TargetLufs is { } target)
            source = source with { Gain = (await analysis.RunAsync(source, inBackground: false, cancellationToken)).Loudness.GainTo(target) };
        var (mp3Path, mp3Key) = (path, request.SourceKey);
        if (!copiesMp3)
        {
            (mp3Path, mp3Key) = (folder["audio.mp3"], request.Prefix + PreparedNames.Mp3);
            await encoder.ToMp3Async(source, mp3Path, AudioEncoder.HouseFormat, AudioEncoder.Mp3Kbps(file.BitsPerSecond), stages.Next(), cancellationToken);
            await PutFileAsync(mp3Path, mp3Key, AudioFileKind.Mp3.ContentType(), cancellationToken);
        }
        var aacPath = copiesAac ? await FindAacFramesAsync(folder, source, stages, cancellationToken) : null;
        copiesAac = aacPath is not null;
        var segmented = await segmenter.RunAsync(aacPath ?? mp3Path, request.Prefix + SourceSegments, stages.Next(), cancellationToken);
        source = source with { Duration = segmented.Audio.Duration };
        var heard = request.TargetLufs is not null && request.Kind is AudioFileKind.Mp3 or AudioFileKind.Aac ? await MeasureAsync(path, cancellationToken) : segmented.Audio;
        var warning = FileDamage.Find(path, request.Kind, file.Duration, heard);
        var asMp3 = copiesAac ? await segmenter.RunAsync(mp3Path, request.Prefix + "hls/mp3-", stages.Next(), cancellationToken) : segmented;
        var mp3 = asMp3.Audio;
        if (mp3.ForeignBytes > 0)
            (mp3Key, mp3) = await CleanAsync(folder, mp3Path, request.Prefix + PreparedNames.Mp3, cancellationToken);
        var tags = await tagging;
        var hasArt = await covers.TakeAsync(tags.Cover, request.Prefix + PreparedNames.Art, cancellationToken);

        var sourceVariant = new VodVariant("source.m3u8", segmented.BitsPerSecond, copiesAac ? AacCodec : Mp3Codec);
        var playlistKey = await PutPlaylistsAsync(request, folder, source, segmented, sourceVariant, stages, cancellationToken);
        if (copiesAac)
        {
            playlistKey = request.Prefix + PreparedNames.Mp3Playlist;
            await PutTextAsync(playlistKey, VodPlaylist.Render(asMp3.Segments), VodPlaylist.ContentType, cancellationToken);
        }
        report(100);
        return new PreparedAudio(tags, copiesMp3 || copiesAac ? segmented.Audio.BitsPerSecond : file.BitsPerSecond, mp3Key, mp3, playlistKey, hasArt, warning);
    }

    /// <summary>Measures a prepared file's loudness and stores its waveform beside it.</summary>
    /// <param name="prefix">The prefix that it was prepared under.</param>
    /// <param name="mp3Key">The MP3 of the prepared file.</param>
    /// <param name="cancellationToken">Cancels the analysis.</param>
    public async Task<Loudness> AnalyseAsync(string prefix, string mp3Key, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder(work);
        var path = await folder.FetchAsync(store, mp3Key, "source.mp3", cancellationToken);
        var (loudness, waveform) = await analysis.RunAsync(new EncoderInput(path, AudioFileKind.Mp3, null), inBackground: true, cancellationToken);
        await PutTextAsync(prefix + PreparedNames.Waveform, JsonSerializer.Serialize(waveform.ToJson()), Waveform.ContentType, cancellationToken);
        return loudness;
    }

    /// <summary>
    /// Transcodes a prepared MP3 to another format, unless the result already exists: one MP3 of several tracks needs the same format throughout.
    /// </summary>
    /// <returns>The position of the frames in the new object.</returns>
    public async Task<AudioSpan> TranscodeAsync(string mp3Key, AudioFormat format, string matchedKey, Action<int> report, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder(work);
        if (await TryMeasureAsync(folder, matchedKey, cancellationToken) is { } made)
            return made;
        var path = await folder.FetchAsync(store, mp3Key, "source.mp3", cancellationToken);
        var source = await MeasureAsync(path, cancellationToken);
        var matched = folder["matched.mp3"];
        await encoder.ToMp3Async(
            new EncoderInput(path, AudioFileKind.Mp3, source.Duration), matched, format, AudioEncoder.Mp3Kbps(source.BitsPerSecond), new Stages(report, 1).Next(), cancellationToken);
        await PutFileAsync(matched, matchedKey, AudioFileKind.Mp3.ContentType(), cancellationToken);
        return await MeasureAsync(matched, cancellationToken);
    }

    /// <summary>Measures an object that may exist; null when it is missing or unusable.</summary>
    private async Task<AudioSpan?> TryMeasureAsync(WorkFolder folder, string key, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(key, cancellationToken) is null)
            return null;
        try
        {
            return await MeasureAsync(await folder.FetchAsync(store, key, "found.mp3", cancellationToken), cancellationToken);
        }
        catch (UnusableAudioException)
        {
            return null; // It was deleted in the meantime, or is damaged: it is created again.
        }
    }

    private static async Task<AudioSpan> MeasureAsync(string path, CancellationToken cancellationToken) =>
        await new FrameFile(path).MeasureAsync(cancellationToken) ?? throw UnusableAudioException.NoAudio();

    /// <summary>An MP3 is sent as it is stored, so garbage between its frames must be removed.</summary>
    private async Task<(string Key, AudioSpan Audio)> CleanAsync(WorkFolder folder, string path, string key, CancellationToken cancellationToken)
    {
        var clean = folder["clean.mp3"];
        await new FrameFile(path).CopyAsync(clean, cancellationToken);
        await PutFileAsync(clean, key, AudioFileKind.Mp3.ContentType(), cancellationToken);
        return (key, await MeasureAsync(clean, cancellationToken));
    }

    /// <summary>
    /// Raw frames contain all required information, and play with their beginning or end cut off, so ffprobe is not needed for them. Any other file
    /// that it cannot read is unusable.
    /// </summary>
    private async Task<ProbedFile> ProbeAsync(string path, AudioFileKind kind, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.ProbeAsync(path, kind, cancellationToken);
        }
        catch (UnusableAudioException) when (kind is AudioFileKind.Mp3 or AudioFileKind.Aac)
        {
            return Unprobed(kind == AudioFileKind.Mp3 ? Mp3 : Aac);
        }
    }

    /// <summary>The sound's duration as recorded by iTunes, unless it belongs to another file: some programs copy it when they cut or join.</summary>
    private static TimeSpan? SoundOf(string path, TimeSpan? duration) =>
        TagReader.SoundOf(path) is { } noted && (duration is not { } known || (noted - known).Duration() < MostPadding) ? noted : duration;

    private static ProbedFile Unprobed(string codec) => new(codec, null, null, FileTags.None);

    /// <summary>Reads the tags with TagLib, and with ffprobe where TagLib finds none or is known to confuse fields.</summary>
    private async Task<FileTags> ReadTagsAsync(string path, AudioFileKind kind, ProbedFile probed, CancellationToken cancellationToken)
    {
        var tags = TagReader.Read(path);
        if (kind == AudioFileKind.Matroska)
            return probed.Tags.Or(tags);
        if (tags.AreSilent && kind == AudioFileKind.Mp3)
            probed = await ProbeAsync(path, kind, cancellationToken);
        return tags.Or(probed.Tags);
    }

    /// <summary>The offsets in an MP4 count from the start of the file, so tags put before it must be removed.</summary>
    private static async Task<string> WithoutTagsAsync(WorkFolder folder, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
        if (await Id3Tag.SkipAsync(file, cancellationToken) == 0)
            return path;
        var bare = folder["bare.m4a"];
        await using var copy = new FileStream(bare, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        await file.CopyToAsync(copy, cancellationToken);
        return bare;
    }

    /// <summary>Returns a file with the AAC in ADTS frames; null for newer kinds of AAC, which ADTS cannot hold: then the MP3 is used.</summary>
    private async Task<string?> FindAacFramesAsync(WorkFolder folder, EncoderInput source, Stages stages, CancellationToken cancellationToken)
    {
        if (source.Kind == AudioFileKind.Aac)
            return source.Path;
        var path = folder["source.adts"];
        try
        {
            await encoder.CopyAacAsync(source, path, stages.Next(), cancellationToken);
            return path;
        }
        catch (UnusableAudioException)
        {
            return null; // ffmpeg has already decoded the file, so only ADTS cannot hold it.
        }
    }

    /// <summary>The manifest is put last: when it exists, so does everything it refers to.</summary>
    private async Task<string> PutPlaylistsAsync(
        PreparationRequest request, WorkFolder folder, EncoderInput source, SegmentedFile segmented, VodVariant sourceVariant, Stages stages, CancellationToken cancellationToken)
    {
        var manifestKey = request.Prefix + PreparedNames.Manifest;
        var media = VodPlaylist.Render(segmented.Segments);
        if (request.RenditionsKbps.IsEmpty)
        {
            await PutTextAsync(manifestKey, media, VodPlaylist.ContentType, cancellationToken);
            return manifestKey;
        }
        await PutTextAsync(request.Prefix + PreparedNames.Source, media, VodPlaylist.ContentType, cancellationToken);
        var variants = ImmutableArray.Create(sourceVariant);
        foreach (var kbps in request.RenditionsKbps)
        {
            var path = folder[$"{kbps}.adts"];
            await encoder.ToAacAsync(source, path, kbps, stages.Next(), cancellationToken);
            var rendition = await segmenter.RunAsync(path, $"{request.Prefix}hls/aac{kbps}-", stages.Next(), cancellationToken);
            await PutTextAsync($"{request.Prefix}hls/aac{kbps}.m3u8", VodPlaylist.Render(rendition.Segments), VodPlaylist.ContentType, cancellationToken);
            variants = variants.Add(new VodVariant($"aac{kbps}.m3u8", rendition.BitsPerSecond, AacCodec));
        }
        await PutTextAsync(manifestKey, VodPlaylist.Render(variants), VodPlaylist.ContentType, cancellationToken);
        return request.Prefix + PreparedNames.Source;
    }

    private async Task PutFileAsync(string path, string key, string contentType, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
        await store.PutAsync(key, file, contentType, default, cancellationToken);
    }

    private async Task PutTextAsync(string key, string text, string contentType, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await store.PutAsync(key, content, contentType, default, cancellationToken);
    }

    /// <summary>Counts steps of equal weight up to 99 %; the last percent is the caller accepting the result.</summary>
    private sealed class Stages(Action<int> report, int count)
    {
        private int _begun;
        private int _last = -1;

        public Action<double> Next()
        {
            var done = _begun++;
            return part =>
            {
                var percent = Math.Min(99, (int)((done + part) * 100 / count));
                if (percent > Interlocked.Exchange(ref _last, percent))
                    report(percent);
            };
        }
    }
}
