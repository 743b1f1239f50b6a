using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Billing;

/// <summary>Subscriptions. Section <c>Money</c>.</summary>
public sealed record BillingOptions : IValidatedOptions
{
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(60);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(366);

    /// <inheritdoc/>
    public static string Section => "Money";

    /// <summary>How long a subscription whose payment failed still gives access.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>How long an interval lasts in the sandbox, to see renewals; a month or a year if it is not set.</summary>
    public TimeSpan? SandboxInterval { get; init; }

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Grace >= TimeSpan.Zero && Grace <= LongestGrace, nameof(Grace), Grace, $"a duration from 00:00:00 to {LongestGrace:c}");
        problems.Require(SandboxInterval is not { } interval || (interval >= ShortestInterval && interval <= LongestInterval), nameof(SandboxInterval), SandboxInterval ?? default, $"a duration from {ShortestInterval:c} to {LongestInterval:c}");
    }
}
