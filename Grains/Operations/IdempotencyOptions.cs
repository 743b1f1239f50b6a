namespace AudioOrleans.Grains.Operations;

/// <summary>How long idempotency keys count. Section <c>Idempotency</c>.</summary>
public sealed record IdempotencyOptions
{
    /// <summary>How long a repeat gets the first answer; what commands did is remembered as long.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>After this time without an answer, whoever worked on a request is taken to be dead.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Throws when a value is out of range; the message names the setting.</summary>
    /// <exception cref="InvalidOperationException">A time is not above zero.</exception>
    public IdempotencyOptions Validate()
    {
        if (Lifetime <= TimeSpan.Zero)
            throw new InvalidOperationException("Idempotency__Lifetime: expected a time above zero, such as 1.00:00:00.");
        return Lease > TimeSpan.Zero ? this : throw new InvalidOperationException("Idempotency__Lease: expected a time above zero, such as 00:01:00.");
    }
}
