using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>A finished segment, before it has a number.</summary>
/// <param name="Bytes">The segment, decodable on its own.</param>
/// <param name="Duration">How long it plays.</param>
public sealed record CutSegment(SegmentBytes Bytes, TimeSpan Duration);

/// <summary>Turns frames of one format into segments. One instance for one run of frames without a break.</summary>
public interface ISegmenter : IAsyncDisposable
{
    /// <summary>Feeds whole frames, with the title that is on air where they start.</summary>
    /// <exception cref="SegmenterException">The segmenter ended.</exception>
    ValueTask WriteAsync(AudioChunk chunk, CancellationToken cancellationToken);

    /// <summary>No more frames: what is left becomes the last segment.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);

    /// <summary>The segments as they get finished; ends after <see cref="CompleteAsync"/>.</summary>
    /// <exception cref="SegmenterException">The segmenter ended before it was told to.</exception>
    IAsyncEnumerable<CutSegment> ReadSegmentsAsync(CancellationToken cancellationToken);
}

/// <summary>Starts segmenters.</summary>
public interface ISegmenterFactory
{
    /// <summary>Starts one for frames of this format.</summary>
    /// <param name="format">The frames' format.</param>
    /// <param name="bytesPerSecond">The stream's rate, from which packet sizes follow.</param>
    /// <param name="firstDuration">How long the first segment should be.</param>
    /// <param name="targetDuration">How long the others should be.</param>
    /// <exception cref="SegmenterException">It could not be started.</exception>
    Task<ISegmenter> StartAsync(AudioFormat format, int bytesPerSecond, TimeSpan firstDuration, TimeSpan targetDuration);
}

/// <summary>A segmenter failed; the message tells how, with what the program said last.</summary>
public sealed class SegmenterException(string message, Exception? inner = null) : Exception(message, inner);
