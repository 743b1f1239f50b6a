namespace Audio.Orleans.Contracts.Accounts;

/// <summary>How tokens are made. Section <c>Tokens</c>.</summary>
public sealed record TokenOptions
{
    /// <summary>The <c>iss</c> claim.</summary>
    public string Issuer { get; init; } = "audio.orleans";

    /// <summary>The <c>aud</c> claim.</summary>
    public string Audience { get; init; } = "audio.orleans";

    /// <summary>How long an access token lives.</summary>
    public TimeSpan AccessLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a refresh token may wait for its use.</summary>
    public TimeSpan RefreshLifetime { get; init; } = TimeSpan.FromDays(30);
}
