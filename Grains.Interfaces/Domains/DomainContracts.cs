namespace AudioOrleans.Grains.Interfaces.Domains;

/// <summary>Whether the owner of a domain's name has confirmed it by a TXT record.</summary>
public enum VerificationStatus
{
    /// <summary>The TXT record is looked for once a minute.</summary>
    Pending,

    /// <summary>The TXT record was found.</summary>
    Verified,

    /// <summary>The TXT record was not set in time, or is gone. Nothing is served for the host.</summary>
    Failed,
}

/// <summary>Whether the platform has a certificate for a domain.</summary>
public enum TlsStatus
{
    /// <summary>None was requested; the reason says what is missing.</summary>
    None,

    /// <summary>The first one is being requested.</summary>
    Pending,

    /// <summary>There is a valid one.</summary>
    Issued,

    /// <summary>It was refused, or has expired; it is requested again at <see cref="DomainDetails.NextAttemptAt"/>.</summary>
    Failed,
}

/// <summary>A request to add a domain.</summary>
/// <param name="OwnerId">The owner's account.</param>
/// <param name="Host">The name as the owner writes it.</param>
/// <param name="PodcastId">The podcast that is served there; null for none.</param>
/// <param name="PlatformHost">The host of the request: it is the platform's, so it is nobody's own.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.add")]
public sealed record AddDomain(
    [property: Id(0)] Guid OwnerId, [property: Id(1)] string? Host, [property: Id(2)] Guid? PodcastId, [property: Id(3)] string PlatformHost);

/// <summary>The result of a request to add a domain.</summary>
/// <param name="Details">Success: the domain.</param>
/// <param name="Problem">The request is invalid: the field and what was expected.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.outcome")]
public sealed record DomainOutcome([property: Id(0)] DomainDetails? Details, [property: Id(1)] FieldProblem? Problem);

/// <summary>A custom domain.</summary>
[GenerateSerializer, Immutable, Alias("audio.domains.details")]
public sealed record DomainDetails
{
    /// <summary>Its id.</summary>
    [Id(0)] public required Guid DomainId { get; init; }

    /// <summary>Its owner's account.</summary>
    [Id(1)] public required Guid OwnerId { get; init; }

    /// <summary>The name in lower case, with international labels in Punycode (RFC 5891).</summary>
    [Id(2)] public required string Host { get; init; }

    /// <summary>The podcast that is served there; null for none.</summary>
    [Id(3)] public Guid? PodcastId { get; init; }

    /// <summary>Whether the TXT record was found.</summary>
    [Id(4)] public VerificationStatus Verification { get; init; }

    /// <summary>What is missing, or why it failed, as a sentence; null if nothing is wrong.</summary>
    [Id(5)] public string? VerificationReason { get; init; }

    /// <summary>The name of the TXT record.</summary>
    [Id(6)] public required string ChallengeName { get; init; }

    /// <summary>The value of the TXT record.</summary>
    [Id(7)] public required string ChallengeRecord { get; init; }

    /// <summary>What the host's CNAME record must point to; null if the platform names no host.</summary>
    [Id(8)] public string? CnameTarget { get; init; }

    /// <summary>Whether there is a certificate.</summary>
    [Id(9)] public TlsStatus Tls { get; init; }

    /// <summary>What is missing, or why it failed, as a sentence; null if nothing is wrong.</summary>
    [Id(10)] public string? TlsReason { get; init; }

    /// <summary>When the certificate expires, UTC; null for none.</summary>
    [Id(11)] public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>When a certificate that was refused is requested again, UTC; null if none is due.</summary>
    [Id(12)] public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it was added, UTC.</summary>
    [Id(13)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the TXT record was found, UTC; null if it was not.</summary>
    [Id(14)] public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>When DNS was last queried, UTC; null for never.</summary>
    [Id(15)] public DateTimeOffset? CheckedAt { get; init; }
}

/// <summary>A domain in a list.</summary>
[GenerateSerializer, Immutable, Alias("audio.domains.list-item")]
public sealed record DomainListItem(
    [property: Id(0)] Guid DomainId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Host,
    [property: Id(3)] Guid? PodcastId,
    [property: Id(4)] VerificationStatus Verification,
    [property: Id(5)] TlsStatus Tls,
    [property: Id(6)] DateTimeOffset CreatedAt);

/// <summary>A certificate to request, for the job that does it.</summary>
/// <param name="Host">The only name in it.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.certificate-work")]
public sealed record CertificateWork([property: Id(0)] string Host);

/// <summary>A DNS record to create, for the job that does it.</summary>
/// <param name="Host">The name of the CNAME record.</param>
/// <param name="Target">What it points to.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.dns-work")]
public sealed record DnsWork([property: Id(0)] string Host, [property: Id(1)] string Target);

/// <summary>A certificate with its key.</summary>
/// <param name="Chain">The certificate and its issuers, PEM.</param>
/// <param name="Key">The private key, PEM.</param>
/// <param name="NotBefore">The start of its validity, UTC.</param>
/// <param name="NotAfter">The end of its validity, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.certificate")]
public sealed record IssuedCertificate(
    [property: Id(0)] Secret Chain, [property: Id(1)] Secret Key, [property: Id(2)] DateTimeOffset NotBefore, [property: Id(3)] DateTimeOffset NotAfter);

/// <summary>A verified host, for gateways.</summary>
/// <param name="Host">The name in lower case.</param>
/// <param name="DomainId">Its domain; null if the host is no longer served.</param>
/// <param name="PodcastId">The podcast that is served there; null for none.</param>
/// <param name="Certificate">The number of its certificate, which changes with each renewal; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.served-host")]
public sealed record ServedHost([property: Id(0)] string Host, [property: Id(1)] Guid? DomainId, [property: Id(2)] Guid? PodcastId, [property: Id(3)] long Certificate);

/// <summary>Changes to the verified hosts.</summary>
/// <param name="Version">What to ask with next.</param>
/// <param name="Hosts">The hosts that changed, in the order of their changes.</param>
/// <param name="HasMore">Whether there are further changes already.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.host-changes")]
public sealed record HostChanges([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<ServedHost> Hosts, [property: Id(2)] bool HasMore);
