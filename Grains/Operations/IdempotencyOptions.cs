using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Operations;

/// <summary>How long idempotency keys count. Section <c>Idempotency</c>.</summary>
public sealed record IdempotencyOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Idempotency";

    /// <summary>How long a repeat gets the first answer; what commands did is remembered as long.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>After this time without an answer, whoever worked on a request is taken to be dead.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Lifetime > TimeSpan.Zero, nameof(Lifetime), "a time above zero, such as 1.00:00:00");
        problems.Require(Lease > TimeSpan.Zero, nameof(Lease), "a time above zero, such as 00:01:00");
    }
}
