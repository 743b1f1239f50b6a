using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Audio.Orleans.RelayHost.Frames;
using Audio.Orleans.RelayHost.Objects;
using Audio.Orleans.RelayHost.Segmenting;

namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>What became of a file of frames.</summary>
/// <param name="Segments">The segments in the store, in order.</param>
/// <param name="Audio">Where the audio lies in the file.</param>
/// <param name="BitsPerSecond">Of the fattest segment, packaging included (RFC 8216, section 4.3.4.2).</param>
public sealed record SegmentedFile(ImmutableArray<VodSegment> Segments, AudioSpan Audio, int BitsPerSecond);

/// <summary>Cuts files of frames into transport stream segments and puts them into the store, without touching a frame.</summary>
public sealed class VodSegmenter(IObjectStore store, TimeProvider time)
{
    /// <summary>The media type of MPEG transport streams (RFC 8216, section 3.2).</summary>
    public const string ContentType = "video/mp2t";

    private const int PutsAtOnce = 4;

    private static readonly TimeSpan SegmentDuration = TimeSpan.FromSeconds(6);

    private readonly FfmpegSegmenterFactory _segmenters = new(time, isLive: false);

    /// <summary>Cuts a file.</summary>
    /// <param name="path">MP3 or ADTS.</param>
    /// <param name="prefix">Begins the keys of the segments, such as <c>…/hls/source-</c>.</param>
    /// <param name="progress">Told what part is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it; what was put remains.</param>
    /// <exception cref="UnusableAudioException">There is no audio in the file.</exception>
    /// <exception cref="SegmenterException">The segmenter failed.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot take the segments.</exception>
    public async Task<SegmentedFile> RunAsync(string path, string prefix, Action<double> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(progress);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var file = new FrameFile(path);
        var output = new Output(store, prefix);
        Run? run = null;
        try
        {
            await foreach (var (chunk, read) in file.ReadAsync(stop.Token))
            {
                if (run is not null && run.Format != chunk.Format)
                    run = await run.EndAsync(stop.Token);
                run ??= await Run.BeginAsync(_segmenters, chunk, output, stop.Token);
                await run.WriteAsync(chunk, stop.Token);
                progress(read);
            }
            if (run is not null)
                run = await run.EndAsync(stop.Token);
            await output.CompleteAsync();
        }
        finally
        {
            await stop.CancelAsync();
            if (run is not null)
                await run.DisposeAsync();
        }
        return new SegmentedFile(output.Segments, file.Span ?? throw UnusableAudioException.NoAudio(), output.MostBitsPerSecond);
    }

    /// <summary>Frames of one format, without a break.</summary>
    private sealed class Run(ISegmenter segmenter, AudioFormat format, Output output) : IAsyncDisposable
    {
        private Task _reading = Task.CompletedTask;

        public AudioFormat Format => format;

        public static async Task<Run> BeginAsync(FfmpegSegmenterFactory factory, AudioChunk chunk, Output output, CancellationToken cancellationToken)
        {
            var bytesPerSecond = (int)(chunk.Bytes.Length / chunk.Duration.TotalSeconds);
            var run = new Run(await factory.StartAsync(chunk.Format, bytesPerSecond, SegmentDuration, SegmentDuration), chunk.Format, output);
            run._reading = run.ReadAsync(cancellationToken);
            return run;
        }

        public async Task WriteAsync(AudioChunk chunk, CancellationToken cancellationToken)
        {
            try
            {
                await segmenter.WriteAsync(chunk.Bytes, cancellationToken);
            }
            catch (SegmenterException)
            {
                await _reading; // It knows why, where the segments could not be put.
                throw;
            }
        }

        /// <summary>Waits for the last segment; the next run begins with none.</summary>
        public async Task<Run?> EndAsync(CancellationToken cancellationToken)
        {
            await segmenter.CompleteAsync(cancellationToken);
            await _reading;
            await segmenter.DisposeAsync();
            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await segmenter.DisposeAsync();
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                var isFirst = true;
                await foreach (var segment in segmenter.ReadSegmentsAsync(cancellationToken))
                {
                    await output.PutAsync(segment, isFirst, cancellationToken);
                    isFirst = false;
                }
            }
            catch
            {
                // Whoever writes must not wait for a reader that is gone.
                await segmenter.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Numbers the segments and puts a few of them at once.</summary>
    private sealed class Output(IObjectStore store, string prefix)
    {
        private readonly ImmutableArray<VodSegment>.Builder _segments = ImmutableArray.CreateBuilder<VodSegment>();
        private readonly Queue<Task> _puts = new();

        public ImmutableArray<VodSegment> Segments => _segments.ToImmutable();

        public int MostBitsPerSecond { get; private set; }

        public async Task PutAsync(CutSegment segment, bool startsRun, CancellationToken cancellationToken)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{prefix}{_segments.Count:00000}.ts");
            _segments.Add(new VodSegment(segment.Duration, key[(key.LastIndexOf('/') + 1)..], startsRun && _segments.Count > 0));
            if (segment.Duration > TimeSpan.FromSeconds(1) || MostBitsPerSecond == 0)
                MostBitsPerSecond = Math.Max(MostBitsPerSecond, (int)(segment.Bytes.Length * 8 / Math.Max(0.1, segment.Duration.TotalSeconds)));
            _puts.Enqueue(PutAsync(key, segment.Bytes, cancellationToken));
            if (_puts.Count >= PutsAtOnce)
                await _puts.Dequeue();
        }

        public Task CompleteAsync() => Task.WhenAll(_puts);

        private async Task PutAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            MemoryMarshal.TryGetArray(bytes, out var array);
            using var content = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
            await store.PutAsync(key, content, ContentType, default, cancellationToken);
        }
    }
}
