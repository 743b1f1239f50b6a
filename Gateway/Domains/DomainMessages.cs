using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Domains;

namespace AudioOrleans.Gateway.Domains;

/// <summary>The body of <c>POST /v1/domains</c>.</summary>
[Example("""{"custom_domain": "podcast.example.org"}""")]
public sealed record DomainRequest
{
    /// <summary>The name, also with international letters; no wildcard, address or public suffix.</summary>
    public string? CustomDomain { get; init; }

    /// <summary>The podcast of the same account that is served there.</summary>
    public Guid? PodcastId { get; init; }
}

/// <summary>A custom domain.</summary>
/// <param name="DomainId">Its id.</param>
/// <param name="CustomDomain">The name in lower case, with international labels in Punycode.</param>
/// <param name="PodcastId">The podcast that is served there; null for none.</param>
/// <param name="VerificationStatus"><c>pending</c>, <c>verified</c> or <c>failed</c>.</param>
/// <param name="VerificationReason">What is missing, or why it failed; null if nothing is wrong.</param>
/// <param name="DnsChallengeRecord">The value of the TXT record to set.</param>
/// <param name="DnsChallengeName">The name of the TXT record to set.</param>
/// <param name="CnameTarget">What the CNAME record of the domain must point to; null if the platform's operator has set no target, as the reason says then.</param>
/// <param name="TlsStatus"><c>none</c>, <c>pending</c>, <c>issued</c> or <c>failed</c>.</param>
/// <param name="TlsReason">What is missing, or why it failed; null if nothing is wrong.</param>
/// <param name="CertificateExpiresAt">When the certificate expires, UTC; null for none. It is renewed before.</param>
/// <param name="NextAttemptAt">When a certificate that was refused is requested again, UTC; null if none is due.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
/// <param name="VerifiedAt">When it was verified, UTC; null if it is not.</param>
/// <param name="CheckedAt">When DNS was last queried, UTC; null for never.</param>
public sealed record DomainResponse(
    Guid DomainId, string CustomDomain, Guid? PodcastId, VerificationStatus VerificationStatus, string? VerificationReason, string DnsChallengeRecord, string DnsChallengeName,
    string? CnameTarget, TlsStatus TlsStatus, string? TlsReason, DateTimeOffset? CertificateExpiresAt, DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt,
    DateTimeOffset? VerifiedAt, DateTimeOffset? CheckedAt)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static DomainResponse From(DomainDetails domain) => new(
        domain.DomainId, domain.Host, domain.PodcastId, domain.Verification, domain.VerificationReason, domain.ChallengeRecord, domain.ChallengeName, domain.CnameTarget,
        domain.Tls, domain.TlsReason, domain.CertificateExpiresAt, domain.NextAttemptAt, domain.CreatedAt, domain.VerifiedAt, domain.CheckedAt);
}

/// <summary>A domain in a list.</summary>
/// <param name="DomainId">Its id.</param>
/// <param name="CustomDomain">The name.</param>
/// <param name="PodcastId">The podcast that is served there; null for none.</param>
/// <param name="VerificationStatus"><c>pending</c>, <c>verified</c> or <c>failed</c>.</param>
/// <param name="TlsStatus"><c>none</c>, <c>pending</c>, <c>issued</c> or <c>failed</c>.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
public sealed record DomainItem(Guid DomainId, string CustomDomain, Guid? PodcastId, VerificationStatus VerificationStatus, TlsStatus TlsStatus, DateTimeOffset CreatedAt)
{
    /// <summary>Maps a list item.</summary>
    public static DomainItem From(DomainListItem domain) => new(domain.DomainId, domain.Host, domain.PodcastId, domain.Verification, domain.Tls, domain.CreatedAt);
}
