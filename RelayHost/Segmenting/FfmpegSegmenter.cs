using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// Packs frames into a transport stream with an ffmpeg process of its own, fed through standard input; ffmpeg opens nothing else
/// (<c>-protocol_whitelist pipe</c>). <see cref="TsCutter"/> cuts the stream on its standard output.
/// </summary>
internal sealed class FfmpegSegmenter(ChildProcess process, TsCutter cutter) : ISegmenter
{
    private const int PacketSize = 188;

    private bool _completed;
    private string? _title;
    private TimeSpan _written;

    /// <summary>The process id, for supervision and tests.</summary>
    public int ProcessId => process.Id;

    public async ValueTask WriteAsync(AudioChunk chunk, CancellationToken cancellationToken)
    {
        if (chunk.Title is not null && chunk.Title != _title)
        {
            _title = chunk.Title;
            cutter.Name(_written, _title);
        }
        if (!await process.TryWriteAsync(chunk.Bytes, cancellationToken))
            throw new SegmenterException(await DescribeEndAsync());
        _written += chunk.Duration;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        _completed = true;
        return process.StandardInput.DisposeAsync();
    }

    public async IAsyncEnumerable<CutSegment> ReadSegmentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PacketSize * 43);
        try
        {
            var filled = 0;
            for (int read; (read = await ReadOutputAsync(buffer.AsMemory(filled, (PacketSize * 43) - filled), cancellationToken)) > 0;)
            {
                filled += read;
                var at = 0;
                for (; filled - at >= PacketSize; at += PacketSize)
                {
                    if (cutter.Write(buffer.AsSpan(at, PacketSize)) is { } segment)
                        yield return segment;
                }
                buffer.AsSpan(at, filled - at).CopyTo(buffer);
                filled -= at;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (cutter.Complete() is { } last)
            yield return last;
        if (!_completed)
            throw new SegmenterException(await DescribeEndAsync());
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async ValueTask<int> ReadOutputAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await process.StandardOutput.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return 0; // Killed and closed: data read before that still counts.
        }
    }

    private async Task<string> DescribeEndAsync()
    {
        var exit = await process.Exited;
        var how = exit.Signal is { } signal ? $"signal {signal}" : $"exit code {exit.ExitCode}";
        return exit.ErrorTail.IsEmpty ? $"ffmpeg ended with {how}" : $"ffmpeg ended with {how}: {exit.ErrorTail[^1]}";
    }
}

/// <summary>Starts an ffmpeg process for each segmenter.</summary>
public sealed class FfmpegSegmenterFactory(TimeProvider time) : ISegmenterFactory
{
    /// <inheritdoc/>
    public async Task<ISegmenter> StartAsync(AudioFormat format, int bytesPerSecond, TimeSpan firstDuration, TimeSpan targetDuration)
    {
        // A PES packet of about a fifth of a second: cuts are that exact, and the overhead stays small. The muxer also ends a packet after half of
        // muxdelay, which keeps this limit where frames are suddenly small, as in silence.
        var pesBytes = Math.Clamp(bytesPerSecond / 5, 170, 2930).ToString(CultureInfo.InvariantCulture);
        var command = new ProcessCommand(
            "ffmpeg",
            "-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "pipe",
            "-probesize", "4096", "-analyzeduration", "0",
            "-f", format.Codec == AudioCodec.Mp3 ? "mp3" : "aac", "-i", "pipe:0",
            "-map", "0:a:0", "-c:a", "copy", "-map_metadata", "-1",
            "-f", "mpegts", "-muxdelay", "0.4", "-muxpreload", "0", "-pes_payload_size", pesBytes, "-flush_packets", "1", "pipe:1")
        {
            ReadsOutput = true,
            ErrorTailLines = 5,
            // ffmpeg exits at the end of its input; if it does not, it is stuck.
            GracePeriod = TimeSpan.FromMilliseconds(500),
        };
        try
        {
            return new FfmpegSegmenter(await ChildProcess.StartAsync(command, time), new TsCutter(firstDuration, targetDuration));
        }
        catch (ProcessStartException exception)
        {
            throw new SegmenterException(exception.Message, exception);
        }
    }
}
