namespace AudioOrleans.Grains.Interfaces;

/// <summary>The caller, as authenticated by the gateway; the grain decides what it may do.</summary>
/// <param name="UserId">The account; null if anonymous.</param>
/// <param name="IsAdmin">Whether the caller is an admin.</param>
[GenerateSerializer, Immutable, Alias("audio.caller")]
public sealed record Caller([property: Id(0)] Guid? UserId, [property: Id(1)] bool IsAdmin)
{
    /// <summary>A caller without a token.</summary>
    public static Caller Anonymous { get; } = new(null, false);

    /// <summary>Whether the caller is this owner or an admin.</summary>
    public bool Owns(Guid ownerId) => IsAdmin || UserId == ownerId;
}
