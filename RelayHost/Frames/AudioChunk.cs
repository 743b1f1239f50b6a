namespace AudioOrleans.RelayHost.Frames;

/// <summary>A run of whole frames, shared by all listeners; immutable.</summary>
/// <param name="Bytes">Whole frames, one after the other.</param>
/// <param name="Duration">Their playing time.</param>
/// <param name="Format">The audio format of the frames.</param>
public sealed record AudioChunk(ReadOnlyMemory<byte> Bytes, TimeSpan Duration, AudioFormat Format)
{
    /// <summary>The title on air at the start of the chunk; null before the source has sent one.</summary>
    public string? Title { get; init; }
}
