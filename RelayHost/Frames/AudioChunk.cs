namespace AudioOrleans.RelayHost.Frames;

/// <summary>A run of whole frames, shared by all that listen; never written to again.</summary>
/// <param name="Bytes">Whole frames, one after the other.</param>
/// <param name="Duration">How long they play.</param>
/// <param name="Format">What they decode to.</param>
public sealed record AudioChunk(ReadOnlyMemory<byte> Bytes, TimeSpan Duration, AudioFormat Format)
{
    /// <summary>The title on air where the chunk starts; null before the source has named one.</summary>
    public string? Title { get; init; }
}
