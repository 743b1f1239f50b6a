using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Gapless;

/// <summary>
/// Creates the seconds in which one track continues into the next without a gap. Frames cannot be cut: a track's sound begins and ends within a
/// frame, padded with silence by its encoder. So the end of the first and the beginning of the second are decoded, the silence is removed, and the
/// rest is encoded again on the first track's frame grid, stretched by less than half a frame to end on the second's. All other frames are unchanged.
/// </summary>
public sealed class GaplessJoiner(IObjectStore store, VodSegmenter segmenter, WorkOptions work, TimeProvider time)
{
    /// <summary>Stretching over less time might be audible: half a frame in four seconds is five cents.</summary>
    private static readonly TimeSpan ShortestSide = TimeSpan.FromSeconds(2);

    /// <summary>Samples by which the output of a decoder lags behind the input of the encoder: layer III, with LAME.</summary>
    private const int CodecDelay = 1105;

    /// <summary>Number of warm-up frames for decoders and encoders, before the frames that are used.</summary>
    private const int WarmUp = 16;

    private const int Context = 4;

    /// <summary>-50 dBFS: tracks that end or begin in silence need no join.</summary>
    private const float Audible = 0.00316f;

    private static readonly TimeSpan Edge = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly int[] Kbps1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] Kbps2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    /// <summary>Joins two tracks of one format.</summary>
    /// <param name="first">The track that ends.</param>
    /// <param name="second">The track that begins.</param>
    /// <param name="prefix">Prefix of the keys of the resulting objects; ends with a slash.</param>
    /// <param name="cancellationToken">Cancels the join; objects already put remain.</param>
    /// <returns>The join; null where none is needed, because one track is silent at its end.</returns>
    /// <exception cref="UnusableAudioException">A track no longer exists, or cannot be decoded.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store is down or full.</exception>
    /// <exception cref="ProcessStartException">ffmpeg could not be started.</exception>
    public async Task<GaplessJoin?> JoinAsync(JoinedTrack first, JoinedTrack second, string prefix, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder(work);
        var ending = await OpenAsync(folder, first, "first", cancellationToken);
        var beginning = await OpenAsync(folder, second, "second", cancellationToken);
        if (!ending.Frames.Format.Continues(beginning.Frames.Format))
            throw new ArgumentException("Expected tracks of the same format.", nameof(second));
        var (kept, replaced) = (ending.SegmentsBeforeEnd(ShortestSide), beginning.SegmentsFromStart(ShortestSide));
        var (cut, resume) = (ending.FramesOf(kept), beginning.FramesOf(replaced));

        var samples = ending.Frames.Format.Samples;
        var warm = Math.Max(0, cut - WarmUp);
        var before = await DecodeAsync(folder, ending.Frames, warm, ending.Frames.Count, cancellationToken);
        var after = await DecodeAsync(folder, beginning.Frames, 0, Math.Min(beginning.Frames.Count, resume + WarmUp), cancellationToken);
        var end = before.Length - Math.Min(first.Padding.End, before.Length - ((cut - warm) * samples));
        var start = Math.Min(second.Padding.Start, resume * samples);
        var edge = (int)(Edge.TotalSeconds * ending.Frames.Format.SampleRate);
        if (before.Slice(Math.Max(0, end - edge), Math.Min(edge, end)).Peak() < Audible || after.Slice(start, Math.Min(edge, after.Length - start)).Peak() < Audible)
            return null;

        var lead = (cut - warm) * samples;
        var whole = before.Slice(0, end).Then(after.Slice(start, after.Length - start));
        var length = end - lead + (resume * samples) - start;
        var frames = Math.Max(1, (int)Math.Round(length / (double)samples));
        var sound = whole.Slice(0, lead).Then(whole.Stretch(lead, length, frames * samples)).Then(whole.Slice(lead + length, whole.Length - lead - length));
        var bytes = await EncodeAsync(folder, sound, lead, frames, Kbps(ending.Frames, cut, beginning.Frames, resume), beginning.Frames.BitsBefore(resume), ending.Frames.Format, cancellationToken);

        var path = folder["join.mp3"];
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
        var segmented = await segmenter.RunAsync(path, prefix + "hls/join-", _ => { }, cancellationToken);
        var (mp3Key, playlistKey) = (prefix + PreparedNames.Mp3, prefix + PreparedNames.Manifest);
        using (var content = new MemoryStream(bytes, writable: false))
            await store.PutAsync(mp3Key, content, AudioFileKind.Mp3.ContentType(), default, cancellationToken);
        using (var content = new MemoryStream(Encoding.UTF8.GetBytes(VodPlaylist.Render(segmented.Segments)), writable: false))
            await store.PutAsync(playlistKey, content, VodPlaylist.ContentType, default, cancellationToken);
        return new GaplessJoin(
            // The last frame may be larger, which shifts no seek position.
            mp3Key, HasOneRate(bytes) ? segmented.Audio with { Positions = [] } : segmented.Audio, playlistKey,
            new TrackSpan(kept, ending.Frames.BytesBetween(0, cut), ending.Frames.DurationOf(cut)),
            new TrackSpan(replaced, beginning.Frames.BytesBetween(0, resume), beginning.Frames.DurationOf(resume)),
            PositionsFrom(beginning.Frames, resume));
    }

    private async Task<Side> OpenAsync(WorkFolder folder, JoinedTrack track, string name, CancellationToken cancellationToken)
    {
        var path = await folder.FetchAsync(store, track.Mp3Key, $"{name}.mp3", cancellationToken);
        await using var found = await store.OpenAsync(track.PlaylistKey, cancellationToken: cancellationToken) ?? throw new UnusableAudioException("The file no longer exists.");
        using var reader = new StreamReader(found.Content, Encoding.UTF8);
        return new Side(Mp3Frames.Read(path, track.Offset, track.Length), VodPlaylist.Parse(await reader.ReadToEndAsync(cancellationToken)));
    }

    /// <summary>Decodes frames to the same number of samples. The first are silent as far as the decoder lacks the frames before them.</summary>
    private async Task<Sound> DecodeAsync(WorkFolder folder, Mp3Frames frames, int from, int to, CancellationToken cancellationToken)
    {
        var (input, output) = (folder["part.mp3"], folder["part.pcm"]);
        await File.WriteAllBytesAsync(input, frames.Slice(from, to), cancellationToken);
        await RunAsync(["-f", "mp3", "-i", $"file:{input}", "-map", "0:a:0", "-f", "f32le", "-c:a", "pcm_f32le", $"file:{output}"], cancellationToken);
        var pcm = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(output, cancellationToken)).ToArray();
        var missing = ((to - from) * frames.Format.Samples * frames.Format.Channels) - pcm.Length;
        if (missing < 0)
            throw UnusableAudioException.NoAudio();
        return new Sound([.. new float[missing], .. pcm], frames.Format.Channels);
    }

    /// <summary>
    /// Encodes self-contained frames, except that the last one carries bits for its successor, which expects them at the end of the frame before it.
    /// </summary>
    private async Task<byte[]> EncodeAsync(
        WorkFolder folder, Sound sound, int lead, int frames, int kbps, byte[] carried, FrameHeader format, CancellationToken cancellationToken)
    {
        var delay = (Context * format.Samples) - CodecDelay;
        var skipped = Math.Max(0, lead - delay);
        var needed = Math.Min(sound.Length - skipped, delay + ((frames + Context) * format.Samples));
        float[] padded = [.. new float[Math.Max(0, delay - lead) * format.Channels], .. sound.Slice(skipped, needed).Samples];
        var pcm = folder["join.pcm"];
        await File.WriteAllBytesAsync(pcm, MemoryMarshal.AsBytes(padded.AsSpan()).ToArray(), cancellationToken);
        var encoded = await EncodeAsync(folder, pcm, kbps, format, cancellationToken);
        var lastKbps = Rates(format).Where(rate => rate <= kbps).Last(rate => rate == Rates(format)[0] || BytesAt(rate, format) + 1 + carried.Length <= BytesAt(Rates(format)[^1], format));
        var last = (lastKbps == kbps ? encoded : await EncodeAsync(folder, pcm, lastKbps, format, cancellationToken))[Context + frames - 1];
        return [.. encoded.Skip(Context).Take(frames - 1).SelectMany(frame => frame), .. Carry(last, carried, format)];
    }

    private async Task<List<byte[]>> EncodeAsync(WorkFolder folder, string pcm, int kbps, FrameHeader format, CancellationToken cancellationToken)
    {
        var output = folder[string.Create(CultureInfo.InvariantCulture, $"{kbps}.mp3")];
        await RunAsync(
            [
                "-f", "f32le", "-ar", Text(format.SampleRate), "-ac", Text(format.Channels), "-i", $"file:{pcm}", "-c:a", "libmp3lame", "-b:a", $"{Text(kbps)}k", "-reservoir", "0",
                "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3", $"file:{output}",
            ], cancellationToken);
        var frames = new List<byte[]>();
        for (var rest = (await File.ReadAllBytesAsync(output, cancellationToken)).AsSpan(); FrameHeader.TryRead(rest, out var header) && header.Length <= rest.Length; rest = rest[header.Length..])
            frames.Add(rest[..header.Length].ToArray());
        return frames;
    }

    /// <summary>Returns a frame with the bytes at its end, at the next bitrate with room for them.</summary>
    private static byte[] Carry(byte[] frame, byte[] carried, FrameHeader format)
    {
        if (carried.Length == 0)
            return frame;
        for (var index = frame[2] >> 4; index < 15; index++)
        {
            byte[] larger = [frame[0], frame[1], (byte)((index << 4) | (frame[2] & 0x0F)), .. frame.AsSpan(3)];
            if (!FrameHeader.TryRead(larger, out var header) || header.Length < frame.Length + carried.Length)
                continue;
            return [.. larger, .. new byte[header.Length - frame.Length - carried.Length], .. carried];
        }
        throw new InvalidOperationException($"No frame of {format.SampleRate} Hz has room for {carried.Length} more bytes.");
    }

    private Task RunAsync(string[] arguments, CancellationToken cancellationToken) => RunFfmpegAsync(
        new ProcessCommand("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-nostats", "-y", "-protocol_whitelist", "file,pipe", .. arguments]), cancellationToken);

    private async Task RunFfmpegAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await ProcessRunner.RunAsync(command, Limit, time, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (exception is ProcessFailedException or ProcessTimeoutException)
        {
            throw new UnusableAudioException("The end of a track cannot be decoded; it may be damaged.", exception);
        }
    }

    /// <summary>The highest of the neighbouring bitrates: the join must not sound worse than the audio next to it.</summary>
    private static int Kbps(Mp3Frames ending, int cut, Mp3Frames beginning, int resume)
    {
        var best = 0;
        foreach (var bytes in (byte[][])[ending.Slice(cut, ending.Count), beginning.Slice(0, resume)])
        {
            for (var rest = bytes.AsSpan(); FrameHeader.TryRead(rest, out var header); rest = rest[header.Length..])
                best = Math.Max(best, rest[2] >> 4);
        }
        return Rates(ending.Format)[best - 1];
    }

    private static bool HasOneRate(byte[] frames)
    {
        var rates = new HashSet<int>();
        for (var rest = frames.AsSpan(); FrameHeader.TryRead(rest, out var header) && header.Length < rest.Length; rest = rest[header.Length..])
            rates.Add(rest[2] >> 4);
        return rates.Count == 1;
    }

    private static ImmutableArray<int> PositionsFrom(Mp3Frames frames, int from)
    {
        var positions = ImmutableArray.CreateBuilder<int>();
        for (var frame = from; frame < frames.Count; frame++)
        {
            if (frames.DurationOf(frame - from) >= AudioSpan.PositionInterval * positions.Count)
                positions.Add((int)Math.Min(frames.BytesBetween(from, frame), int.MaxValue));
        }
        return positions.ToImmutable();
    }

    private static int[] Rates(FrameHeader format) => format.Samples == 1152 ? Kbps1 : Kbps2;

    private static int BytesAt(int kbps, FrameHeader format) => format.Samples / 8 * kbps * 1000 / format.SampleRate;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A track's frames and segments.</summary>
    private sealed record Side(Mp3Frames Frames, ImmutableArray<VodSegment> Segments)
    {
        /// <summary>Number of segments before the track's end, which plays for at least the given time.</summary>
        public int SegmentsBeforeEnd(TimeSpan shortest)
        {
            var (left, played) = (Segments.Length, TimeSpan.Zero);
            while (left > 0 && played < shortest)
                played += Segments[--left].Duration;
            return left;
        }

        /// <summary>Number of segments in the track's beginning, which plays for at least the given time.</summary>
        public int SegmentsFromStart(TimeSpan shortest)
        {
            var (count, played) = (0, TimeSpan.Zero);
            while (count < Segments.Length && played < shortest)
                played += Segments[count++].Duration;
            return count;
        }

        /// <summary>Number of frames in the first segments. Durations in the playlist are truncated to milliseconds, a fraction of a frame.</summary>
        public int FramesOf(int segments) => Segments[..segments].Sum(segment => (int)Math.Round(segment.Duration.TotalSeconds * Frames.Format.SampleRate / Frames.Format.Samples));
    }
}
