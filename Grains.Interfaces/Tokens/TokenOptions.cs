namespace Audio.Orleans.Contracts.Tokens;

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

    /// <summary>How long a media token lives unless its request says otherwise; at most <see cref="LongestMediaLifetime"/>.</summary>
    public TimeSpan MediaLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a media token may live: as long as somebody may listen without a break.</summary>
    public TimeSpan LongestMediaLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>After this long another key signs.</summary>
    public TimeSpan KeyLifetime { get; init; } = TimeSpan.FromDays(90);
}
