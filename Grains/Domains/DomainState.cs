using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Persistence.Domains;
using AudioOrleans.Persistence.GrainStates;
using Npgsql;

namespace AudioOrleans.Grains.Domains;

/// <summary>The stored state of a custom domain.</summary>
[GenerateSerializer, Alias("audio.domains.state")]
public sealed record DomainState
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>The name, in lower case and Punycode.</summary>
    [Id(1)] public string Host { get; init; } = "";

    /// <summary>The podcast that is served there; null for none.</summary>
    [Id(2)] public Guid? PodcastId { get; init; }

    /// <summary>The value of the TXT record.</summary>
    [Id(3)] public string Challenge { get; init; } = "";

    /// <summary>Whether the TXT record was found.</summary>
    [Id(5)] public VerificationStatus Verification { get; init; }

    /// <summary>What is missing, or why it failed, as a sentence; null if nothing is wrong.</summary>
    [Id(6)] public string? Reason { get; init; }

    /// <summary>When it was added, UTC.</summary>
    [Id(7)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when the TXT record is looked for, UTC.</summary>
    [Id(8)] public DateTimeOffset PendingSince { get; init; }

    /// <summary>When the TXT record was found, UTC; null if it was not.</summary>
    [Id(9)] public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>When DNS was last queried, UTC; null for never.</summary>
    [Id(10)] public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>Whether all records were right when DNS was last queried: only then is a certificate requested.</summary>
    [Id(11)] public bool IsSetUp { get; init; }

    /// <summary>Whether the host has pointed to the platform since it was verified.</summary>
    [Id(12)] public bool HasPointed { get; init; }

    /// <summary>Since when records of a verified domain are gone, UTC; null if they are there.</summary>
    [Id(13)] public DateTimeOffset? DanglingSince { get; init; }

    /// <summary>Its certificate; null for none.</summary>
    [Id(14)] public StoredCertificate? Certificate { get; init; }

    /// <summary>The job that requests a certificate; null for none.</summary>
    [Id(15)] public Guid? CertificateJob { get; init; }

    /// <summary>How many requests in a row were refused.</summary>
    [Id(16)] public int Failures { get; init; }

    /// <summary>Why the last request was refused, as a sentence; null if it was not.</summary>
    [Id(17)] public string? FailureReason { get; init; }

    /// <summary>The earliest time of the next request, UTC; null for any.</summary>
    [Id(18)] public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The job that creates the CNAME record; null for none.</summary>
    [Id(19)] public Guid? DnsJob { get; init; }

    /// <summary>Why the CNAME record could not be created, as a sentence; null if that was not tried.</summary>
    [Id(20)] public string? DnsFailure { get; init; }

    /// <summary>The name of the TXT record.</summary>
    [JsonIgnore]
    public string ChallengeName => $"_audio-challenge.{Host}";
}

/// <summary>A certificate, without its content.</summary>
/// <param name="Number">Changes with each renewal.</param>
/// <param name="NotAfter">When it expires, UTC.</param>
/// <param name="RenewAt">When it is renewed, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.domains.stored-certificate")]
public sealed record StoredCertificate([property: Id(0)] long Number, [property: Id(1)] DateTimeOffset NotAfter, [property: Id(2)] DateTimeOffset RenewAt);

/// <summary>Updates the tables of domains with their states.</summary>
public sealed class DomainProjection(TimeProvider time) : IStateProjection<DomainState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, DomainState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var row = new DomainRow(
            IdOf(grain), state.OwnerId, state.Host, state.PodcastId, ToColumn(state.Verification), ToColumn(DomainRules.TlsOf(state, time.GetUtcNow())), state.CreatedAt.UtcDateTime);
        await DomainTables.WriteAsync(transaction, row, state.Certificate?.Number ?? 0, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await DomainTables.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static string ToColumn<T>(T status) where T : struct, Enum => status.ToString().ToLowerInvariant();

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
