using System.Collections.Immutable;
using System.Globalization;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The result of segmenting a file of frames.</summary>
/// <param name="Segments">The stored segments, in order.</param>
/// <param name="Audio">The position of the audio in the file.</param>
/// <param name="BitsPerSecond">Peak segment bitrate, container overhead included (RFC 8216, section 4.3.4.2).</param>
public sealed record SegmentedFile(ImmutableArray<VodSegment> Segments, AudioSpan Audio, int BitsPerSecond);

/// <summary>Cuts files of frames into transport stream segments and stores them, without changing a frame.</summary>
public sealed class VodSegmenter(IObjectStore store)
{
    /// <summary>The media type of MPEG transport streams (RFC 8216, section 3.2).</summary>
    public const string ContentType = "video/mp2t";

    private const int PutsAtOnce = 4;

    private static readonly TimeSpan SegmentDuration = TimeSpan.FromSeconds(6);

    /// <summary>A shorter segment, as the last may be, does not represent the bitrate.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);

    /// <summary>Cuts a file.</summary>
    /// <param name="path">MP3 or ADTS.</param>
    /// <param name="prefix">Prefix of the segments' keys, such as <c>…/hls/source-</c>.</param>
    /// <param name="progress">Receives the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Cancels the operation; segments already put remain.</param>
    /// <exception cref="UnusableAudioException">The file contains no audio.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot accept the segments.</exception>
    public async Task<SegmentedFile> RunAsync(string path, string prefix, Action<double> progress, CancellationToken cancellationToken)
    {
        var file = new FrameFile(path);
        var output = new Output(store, prefix);
        TsMuxer? muxer = null;
        AudioFormat? format = null;
        try
        {
            await foreach (var (chunk, read) in file.ReadAsync(cancellationToken))
            {
                if (muxer is null || format != chunk.Format)
                {
                    await output.PutAsync(muxer?.Complete(), cancellationToken);
                    (muxer, format) = (new TsMuxer(chunk.Format, SegmentDuration, file.Span!.Duration - chunk.Duration), chunk.Format);
                    output.Break();
                }
                foreach (var segment in Cut(muxer, chunk))
                    await output.PutAsync(segment, cancellationToken);
                progress(read);
            }
            await output.PutAsync(muxer?.Complete(), cancellationToken);
        }
        finally
        {
            await output.CompleteAsync();
        }
        await store.FlushAsync(cancellationToken);
        return new SegmentedFile(output.Segments, file.Span ?? throw UnusableAudioException.NoAudio(), output.MostBitsPerSecond);
    }

    private static List<RentedSegment> Cut(TsMuxer muxer, AudioChunk chunk)
    {
        var segments = new List<RentedSegment>();
        for (var rest = chunk.Bytes.Span; FrameHeader.TryRead(rest, out var header); rest = rest[header.Length..])
        {
            if (muxer.Write(rest[..header.Length], header) is { } segment)
                segments.Add(segment);
        }
        return segments;
    }

    /// <summary>Numbers the segments and puts several in parallel.</summary>
    private sealed class Output(IObjectStore store, string prefix)
    {
        private readonly ImmutableArray<VodSegment>.Builder _segments = ImmutableArray.CreateBuilder<VodSegment>();
        private readonly Queue<Task> _puts = new();
        private bool _breaks;

        public ImmutableArray<VodSegment> Segments => _segments.ToImmutable();

        public int MostBitsPerSecond { get; private set; }

        /// <summary>Marks a discontinuity: the next audio has another format.</summary>
        public void Break() => _breaks = _segments.Count > 0;

        public async Task PutAsync(RentedSegment? segment, CancellationToken cancellationToken)
        {
            if (segment is null)
                return;
            var key = string.Create(CultureInfo.InvariantCulture, $"{prefix}{_segments.Count:00000}.ts");
            if (segment.Duration > LongEnough || MostBitsPerSecond == 0)
                MostBitsPerSecond = Math.Max(MostBitsPerSecond, (int)(segment.Bytes.Length * 8 / segment.Duration.TotalSeconds));
            _segments.Add(new VodSegment(segment.Duration, key[(key.LastIndexOf('/') + 1)..], _breaks));
            _breaks = false;
            _puts.Enqueue(StoreAsync(key, segment, cancellationToken));
            if (_puts.Count >= PutsAtOnce)
                await _puts.Dequeue();
        }

        public Task CompleteAsync() => Task.WhenAll(_puts);

        private async Task StoreAsync(string key, RentedSegment segment, CancellationToken cancellationToken)
        {
            await store.PutSoonAsync(key, segment.Bytes, ContentType, cancellationToken);
            // Not after a failure: the store may still be using the bytes.
            segment.Dispose();
        }
    }
}
