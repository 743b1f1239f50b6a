using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Operations;

/// <summary>Options for idempotency keys. Section <c>Idempotency</c>.</summary>
public sealed record IdempotencyOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Idempotency";

    /// <summary>How long a repeat gets the first response; results of commands are kept as long.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>After this time without a response, the sender that works on a request is considered dead.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Lifetime > TimeSpan.Zero, nameof(Lifetime), "a time above zero, such as 1.00:00:00");
        problems.Require(Lease > TimeSpan.Zero, nameof(Lease), "a time above zero, such as 00:01:00");
    }
}
