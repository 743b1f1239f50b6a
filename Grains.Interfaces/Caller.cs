namespace AudioOrleans.Grains.Interfaces;

/// <summary>Who asks, as the gateway authenticated them; the grain decides what they may.</summary>
/// <param name="UserId">The account; null for nobody.</param>
/// <param name="IsAdmin">Whether the account is an admin's.</param>
[GenerateSerializer, Immutable, Alias("audio.caller")]
public sealed record Caller([property: Id(0)] Guid? UserId, [property: Id(1)] bool IsAdmin)
{
    /// <summary>A caller without a token.</summary>
    public static Caller Anonymous { get; } = new(null, false);

    /// <summary>Whether the caller owns what this account owns, or is an admin.</summary>
    public bool Owns(Guid ownerId) => IsAdmin || UserId == ownerId;
}
