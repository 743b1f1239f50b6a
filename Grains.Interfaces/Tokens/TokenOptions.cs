using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Interfaces.Tokens;

/// <summary>Options for tokens. Section <c>Tokens</c>.</summary>
public sealed record TokenOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Tokens";

    /// <summary>The <c>iss</c> claim.</summary>
    public string Issuer { get; init; } = "audio.orleans";

    /// <summary>The <c>aud</c> claim.</summary>
    public string Audience { get; init; } = "audio.orleans";

    /// <summary>How long an access token is valid.</summary>
    public TimeSpan AccessLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a refresh token is valid.</summary>
    public TimeSpan RefreshLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The default lifetime of a media token; at most <see cref="LongestMediaLifetime"/>.</summary>
    public TimeSpan MediaLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest lifetime of a media token: how long somebody may listen without interruption.</summary>
    public TimeSpan LongestMediaLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long a key signs before the next one replaces it.</summary>
    public TimeSpan KeyLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(!string.IsNullOrWhiteSpace(Issuer), nameof(Issuer), "a name");
        problems.Require(!string.IsNullOrWhiteSpace(Audience), nameof(Audience), "a name");
        problems.Require(AccessLifetime >= TimeSpan.FromMinutes(1), nameof(AccessLifetime), "a time of at least a minute, such as 1.00:00:00");
        problems.Require(RefreshLifetime >= AccessLifetime, nameof(RefreshLifetime), "no less than Tokens__AccessLifetime, such as 30.00:00:00");
        problems.Require(MediaLifetime >= TimeSpan.FromMinutes(1), nameof(MediaLifetime), "a time of at least a minute, such as 01:00:00");
        problems.Require(LongestMediaLifetime >= MediaLifetime, nameof(LongestMediaLifetime), "no less than Tokens__MediaLifetime, such as 12:00:00");
        problems.Require(KeyLifetime >= TimeSpan.FromHours(1), nameof(KeyLifetime), "a time of at least an hour, such as 90.00:00:00");
    }
}
