using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Domains;

namespace AudioOrleans.Grains.Domains;

/// <summary>The life of a custom domain: what follows from what DNS and the certificate authority say.</summary>
public static class DomainRules
{
    private const int MostDoublings = 7;

    private static readonly TimeSpan PendingPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SetUpPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LatePause = TimeSpan.FromHours(1);
    private static readonly TimeSpan WatchPause = TimeSpan.FromHours(6);

    /// <summary>How long after its verification a domain that is not set up is checked often.</summary>
    private static readonly TimeSpan SetUpPeriod = TimeSpan.FromDays(1);

    /// <summary>The pause after the first refusal; doubled by each further one.</summary>
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromDays(1);
    private static readonly TimeSpan RateLimitBackoff = TimeSpan.FromHours(12);

    /// <summary>A new domain.</summary>
    public static DomainState Add(AddDomain command, string host, string challenge, DateTimeOffset now) => new()
    {
        OwnerId = command.OwnerId,
        Host = host,
        PodcastId = command.PodcastId,
        Challenge = challenge,
        PlatformHost = command.PlatformHost,
        CreatedAt = now,
        PendingSince = now,
    };

    /// <summary>A domain that has failed is looked at for another day.</summary>
    public static DomainState Restart(DomainState state, DateTimeOffset now) => state.Verification != VerificationStatus.Failed ? state : state with
    {
        Verification = VerificationStatus.Pending, PendingSince = now, Reason = null,
    };

    /// <summary>What follows from what DNS says: the next state, and the job that makes what is missing, the record or the certificate.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="state">Its state.</param>
    /// <param name="found">What DNS says.</param>
    /// <param name="mail">The mail to the owner if the domain fails; null for none.</param>
    /// <param name="target">What the domain should point to.</param>
    /// <param name="options">The settings.</param>
    /// <param name="now">The time, UTC.</param>
    public static Change<DomainState> Decide(Guid domainId, DomainState state, DnsFindings found, IStateEffect? mail, string target, DomainOptions options, DateTimeOffset now)
    {
        var next = Observe(state, found, options, now);
        if (next.Verification == VerificationStatus.Failed && state.Verification != VerificationStatus.Failed)
            return new Change<DomainState>(next, mail is null ? [new CancelJobs()] : [new CancelJobs(), mail]);
        if (next.Verification == VerificationStatus.Verified && found is { Pointer: DnsAnswer.Missing, HostIsFree: true } && next.DnsJob is null && options.Update.Covers(next.Host) && Uri.CheckHostName(target) == UriHostNameType.Dns)
        {
            var job = UpdateDns.Job.Create(GrainKeys.Domain(domainId), next.OwnerId);
            return new Change<DomainState>(next with { DnsJob = job.JobId }, new EnqueueJob(job));
        }
        if (options.Acme.IsOn && WantsCertificate(next, now))
        {
            var job = IssueCertificate.Job.Create(GrainKeys.Domain(domainId), next.OwnerId);
            return new Change<DomainState>(next with { CertificateJob = job.JobId }, new EnqueueJob(job));
        }
        return next;
    }

    /// <summary>What follows from what DNS says. Where DNS does not answer, nothing changes.</summary>
    public static DomainState Observe(DomainState state, DnsFindings found, DomainOptions options, DateTimeOffset now)
    {
        var detail = found.ChallengeDetail ?? found.PointerDetail;
        state = state with { CheckedAt = now, IsSetUp = found is { Challenge: DnsAnswer.Found, Pointer: DnsAnswer.Found } };
        switch (state.Verification)
        {
            case VerificationStatus.Pending when found.Challenge == DnsAnswer.Found:
                return state with { Verification = VerificationStatus.Verified, VerifiedAt = now, HasPointed = state.IsSetUp, DanglingSince = null, Reason = found.PointerDetail };
            case VerificationStatus.Pending when now - state.PendingSince >= options.VerifyWithin:
                return Fail(state, $"The TXT record was not found within {Spelled(options.VerifyWithin)}. {detail}");
            case VerificationStatus.Pending:
                return state with { Reason = found.ChallengeDetail };
            case VerificationStatus.Failed:
                return state;
            default:
                return Watch(state, found, detail, options, now);
        }
    }

    /// <summary>Whether a certificate is to be requested now.</summary>
    public static bool WantsCertificate(DomainState state, DateTimeOffset now) =>
        state is { Verification: VerificationStatus.Verified, IsSetUp: true, CertificateJob: null }
        && (state.Certificate is null || state.Certificate.RenewAt <= now) && (state.NextAttemptAt is null || state.NextAttemptAt <= now);

    /// <summary>The certificate was issued. Renewals of domains that were added together are spread over a twentieth of the certificate's life.</summary>
    public static DomainState WithCertificate(DomainState state, Guid domainId, DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now)
    {
        var life = notAfter - notBefore;
        var renewAt = notBefore + (life * 2 / 3) - (life / 20 * Spread(domainId));
        return state with
        {
            Certificate = new StoredCertificate(Math.Max((state.Certificate?.Number ?? 0) + 1, now.ToUnixTimeMilliseconds()), notAfter, renewAt),
            CertificateJob = null, Failures = 0, FailureReason = null, NextAttemptAt = null,
        };
    }

    /// <summary>The certificate was refused. Requests are repeated ever more rarely.</summary>
    public static DomainState WithRefusal(DomainState state, Guid domainId, string reason, bool isRateLimited, DateTimeOffset now)
    {
        var pause = FirstBackoff * (1 << Math.Min(state.Failures, MostDoublings));
        if (isRateLimited && pause < RateLimitBackoff)
            pause = RateLimitBackoff;
        if (pause > LongestBackoff)
            pause = LongestBackoff;
        return state with
        {
            CertificateJob = null, Failures = state.Failures + 1, FailureReason = reason, NextAttemptAt = now + pause + (pause / 4 * Spread(domainId)),
        };
    }

    /// <summary>When DNS is to be queried next; null for never.</summary>
    public static DateTimeOffset? NextCheck(DomainState state, Guid domainId, bool issues, DateTimeOffset now)
    {
        switch (state.Verification)
        {
            case VerificationStatus.Failed:
                return null;
            case VerificationStatus.Pending:
                return now + PendingPause;
            case var _ when !state.IsSetUp:
                return now + (now - state.VerifiedAt < SetUpPeriod ? SetUpPause : LatePause);
            default:
                var next = now + WatchPause + (WatchPause / 10 * Spread(domainId));
                var due = !issues || state.CertificateJob is not null ? null : state.NextAttemptAt ?? state.Certificate?.RenewAt;
                return due < next ? Later(due.Value, now) : next;
        }
    }

    /// <summary>Whether there is a certificate.</summary>
    public static TlsStatus TlsOf(DomainState state, DateTimeOffset now) =>
        state.Certificate is { } certificate && certificate.NotAfter > now && state.Verification == VerificationStatus.Verified ? TlsStatus.Issued
        : state.CertificateJob is not null ? TlsStatus.Pending
        : state.Failures > 0 || state.Certificate is not null ? TlsStatus.Failed
        : TlsStatus.None;

    /// <summary>The domain as its owner sees it.</summary>
    public static DomainDetails ToDetails(Guid domainId, DomainState state, DomainOptions options, string target, DateTimeOffset now)
    {
        var tls = TlsOf(state, now);
        return new DomainDetails
        {
            DomainId = domainId,
            OwnerId = state.OwnerId,
            Host = state.Host,
            PodcastId = state.PodcastId,
            Verification = state.Verification,
            VerificationReason = state.Reason,
            ChallengeName = state.ChallengeName,
            ChallengeRecord = state.Challenge,
            CnameTarget = target,
            Tls = tls,
            TlsReason = tls == TlsStatus.Issued ? state.FailureReason : state.FailureReason ?? WhatIsMissing(state, options),
            CertificateExpiresAt = state.Certificate?.NotAfter,
            NextAttemptAt = state.NextAttemptAt,
            CreatedAt = state.CreatedAt,
            VerifiedAt = state.VerifiedAt,
            CheckedAt = state.CheckedAt,
        };
    }

    private static DomainState Watch(DomainState state, DnsFindings found, string? detail, DomainOptions options, DateTimeOffset now)
    {
        if (state.IsSetUp)
            return state with { HasPointed = true, DanglingSince = null, Reason = null, DnsFailure = null };
        var isGone = found.Challenge == DnsAnswer.Missing || (found.Pointer == DnsAnswer.Missing && state.HasPointed);
        if (!isGone)
            return state with { DanglingSince = found.Challenge == DnsAnswer.Found ? null : state.DanglingSince, Reason = state.DnsFailure ?? detail };
        var since = state.DanglingSince ?? now;
        return now - since >= options.Grace
            ? Fail(state, $"The records of the domain have been gone for {Spelled(options.Grace)}. {detail}")
            : state with { DanglingSince = since, Reason = $"{detail} Until this is right again, the certificate is not renewed; from {(since + options.Grace).UtcDateTime:yyyy-MM-dd HH:mm} UTC on, nothing is served." };
    }

    private static DomainState Fail(DomainState state, string reason) => state with
    {
        Verification = VerificationStatus.Failed, Reason = reason.Trim(), VerifiedAt = null, HasPointed = false, IsSetUp = false, DanglingSince = null,
        Certificate = null, CertificateJob = null, Failures = 0, FailureReason = null, NextAttemptAt = null, DnsJob = null, DnsFailure = null,
    };

    private static string? WhatIsMissing(DomainState state, DomainOptions options) =>
        !options.Acme.IsOn ? "This platform requests no certificates: Domains__Acme__Directory and Domains__Acme__Email are not set."
        : state.Verification != VerificationStatus.Verified ? "A certificate is requested once the domain is verified."
        : !state.IsSetUp ? "A certificate is requested once the host points to the platform."
        : null;

    private static string Spelled(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} seconds");

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>From 0 to 1, always the same for a domain.</summary>
    private static double Spread(Guid domainId) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(domainId.ToByteArray())) / (double)uint.MaxValue;
}
