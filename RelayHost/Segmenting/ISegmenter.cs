using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>A finished segment, before it gets a sequence number.</summary>
/// <param name="Bytes">The bytes, decodable on their own.</param>
/// <param name="Duration">Its playing time.</param>
public sealed record CutSegment(SegmentBytes Bytes, TimeSpan Duration);

/// <summary>Turns frames of one format into segments. One instance handles one unbroken run of frames.</summary>
public interface ISegmenter : IAsyncDisposable
{
    /// <summary>Feeds whole frames, with the title on air at their start.</summary>
    /// <exception cref="SegmenterException">The segmenter ended.</exception>
    ValueTask WriteAsync(AudioChunk chunk, CancellationToken cancellationToken);

    /// <summary>Ends the input: the remaining frames become the last segment.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Returns segments as they are finished; ends after <see cref="CompleteAsync"/>.</summary>
    /// <exception cref="SegmenterException">The segmenter ended before its input was complete.</exception>
    IAsyncEnumerable<CutSegment> ReadSegmentsAsync(CancellationToken cancellationToken);
}

/// <summary>Starts segmenters.</summary>
public interface ISegmenterFactory
{
    /// <summary>Starts a segmenter for frames of this format.</summary>
    /// <param name="format">The frames' format.</param>
    /// <param name="bytesPerSecond">The stream's bitrate in bytes per second, which determines packet sizes.</param>
    /// <param name="firstDuration">The target duration of the first segment.</param>
    /// <param name="targetDuration">The target duration of the other segments.</param>
    /// <exception cref="SegmenterException">The segmenter could not be started.</exception>
    Task<ISegmenter> StartAsync(AudioFormat format, int bytesPerSecond, TimeSpan firstDuration, TimeSpan targetDuration);
}

/// <summary>A segmenter failed; the message contains the cause and the program's last output.</summary>
public sealed class SegmenterException(string message, Exception? inner = null) : Exception(message, inner);
