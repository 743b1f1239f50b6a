using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>One message between nodes: a chunk, a segment, or neither, which is a keep-alive.</summary>
/// <param name="Chunk">Audio for progressive listeners.</param>
/// <param name="BytesPerSecond">The stream's bitrate in bytes per second, sent with a chunk.</param>
/// <param name="Segment">A segment of a live playlist.</param>
public sealed record NodeFrame(AudioChunk? Chunk, int BytesPerSecond, MediaSegment? Segment)
{
    /// <summary>A keep-alive.</summary>
    public static NodeFrame KeepAlive { get; } = new(null, 0, null);

    /// <summary>Creates a message with a chunk.</summary>
    public static NodeFrame From(AudioChunk chunk, int bytesPerSecond) => new(chunk, bytesPerSecond, null);

    /// <summary>Creates a message with a segment.</summary>
    public static NodeFrame From(MediaSegment segment) => new(null, 0, segment);
}
