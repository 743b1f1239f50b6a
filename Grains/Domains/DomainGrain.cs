using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Domains;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Domains;

namespace AudioOrleans.Grains.Domains;

/// <summary>
/// One custom domain. A reminder checks its DNS records, at first once a minute; <see cref="DomainRules"/> decides what follows. Its records and
/// certificates are made by jobs.
/// </summary>
[GrainType("domain")]
public sealed class DomainGrain(
    [CommittedState("domain")] ICommittedState<DomainState> stored,
    DomainDns dns, DomainTables tables, DomainCertificates certificates, DomainTargets targets, DomainOptions options, AccountMailbox mailbox, IGrainFactory grains, TimeProvider time)
    : Grain, IDomainGrain, IDomainJobsGrain, IDomainChallengeGrain, IRemindable
{
    private const string Check = "check";
    private const string Taken = "Another account has verified this domain";
    private const string AddedAlready = "You have added this domain already";

    /// <summary>A mail about a domain is outdated after this time.</summary>
    private static readonly TimeSpan MailLifetime = TimeSpan.FromDays(3);

    private readonly DomainChallenges _challenges = new(time);
    private GrainReminder? _reminder;
    private TimeSpan? _period;

    private GrainReminder Reminder => _reminder ??= new GrainReminder(this, Check);

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<FieldProblem?> FindProblem(AddDomain command)
    {
        if (stored.Exists)
            return null; // A repeat of the request that added it.
        DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return (await Examine(command)).Problem;
    }

    /// <inheritdoc/>
    public async Task<DomainOutcome> Add(AddDomain command)
    {
        if (stored.Exists)
            return stored.State.OwnerId == command.OwnerId ? new DomainOutcome(ToDetails(), null) : throw new AudioException(AudioError.Conflict, "Domain exists already");
        var (host, problem) = await Examine(command);
        if (problem is null && command.PodcastId is { } podcastId)
            problem = await CheckPodcast(podcastId, command.OwnerId);
        if (problem is not null)
            return new DomainOutcome(null, problem);
        await Remind(GrainReminder.ShortestPeriod);
        try
        {
            await stored.Commit(_ => DomainRules.Add(command, host!, $"audio-domain={OpaqueToken.Create()}", time.GetUtcNow()));
        }
        catch (DuplicateKeyException)
        {
            throw new AudioException(AudioError.Conflict, AddedAlready);
        }
        return new DomainOutcome(ToDetails(), null);
    }

    /// <inheritdoc/>
    public Task<DomainDetails> Get(Caller caller)
    {
        OwnedBy(caller);
        return Task.FromResult(ToDetails());
    }

    /// <inheritdoc/>
    public async Task<DomainDetails> Verify(Caller caller)
    {
        OwnedBy(caller);
        if (stored.State.Verification == VerificationStatus.Failed)
            await stored.Commit(state => DomainRules.Restart(state, time.GetUtcNow()));
        await CheckDns();
        return ToDetails();
    }

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        OwnedBy(caller);
        await stored.Clear(new CancelJobs());
        await Remind(null);
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public Task<DnsWork?> FindDnsWork(Guid jobId) => Task.FromResult(stored.Exists && stored.State.DnsJob == jobId && targets.Target is { } target ? new DnsWork(stored.State.Host, target) : null);

    /// <inheritdoc/>
    public async Task FinishDns(Guid jobId, string? failure)
    {
        if (!stored.Exists || stored.State.DnsJob != jobId)
            return;
        await stored.Commit(state => state with { DnsJob = failure is null ? null : state.DnsJob, DnsFailure = failure });
        await CheckDns();
    }

    /// <inheritdoc/>
    public async Task<CertificateWork?> FindCertificateWork(Guid jobId)
    {
        if (!stored.Exists || stored.State.CertificateJob != jobId)
            return null;
        await CheckDns(); // The job may have waited for long.
        if (!stored.Exists || stored.State.CertificateJob != jobId)
            return null;
        if (stored.State.IsSetUp)
            return new CertificateWork(stored.State.Host);
        await stored.Commit(state => state with { CertificateJob = null });
        return null;
    }

    /// <inheritdoc/>
    public Task<bool> PublishChallenge(Guid jobId, Secret token, Secret keyAuthorization)
    {
        if (!stored.Exists || stored.State.CertificateJob != jobId)
            return Task.FromResult(false);
        _challenges.Publish(token, keyAuthorization);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public async Task<bool> FinishCertificate(JobRunId run, IssuedCertificate certificate)
    {
        if (!stored.Exists || stored.State.CertificateJob != run.JobId)
            return false;
        _challenges.Clear();
        try
        {
            await stored.Commit(state =>
            {
                var next = DomainRules.WithCertificate(state, Id, certificate.NotBefore, certificate.NotAfter, time.GetUtcNow());
                return new Change<DomainState>(next, certificates.Store(Id, next.Certificate!.Number, certificate), new EndJob(new JobLease(run.JobId, run.LeaseToken)));
            });
        }
        catch (LeaseLostException)
        {
            return false;
        }
        await RemindOfNext();
        return true;
    }

    /// <inheritdoc/>
    public async Task FailCertificate(Guid jobId, string reason, bool isRateLimited)
    {
        if (!stored.Exists || stored.State.CertificateJob != jobId)
            return;
        _challenges.Clear();
        await stored.Commit(state => DomainRules.WithRefusal(state, Id, reason, isRateLimited, time.GetUtcNow()));
        await RemindOfNext();
    }

    /// <inheritdoc/>
    public Task<Secret?> WaitForChallenge(string host, Secret token)
    {
        if (stored.Exists)
            return _challenges.WaitAsync(token, () => stored.Exists && stored.State.Host == host && stored.State.CertificateJob is not null);
        DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return Task.FromResult<Secret?>(null);
    }

    /// <summary>It is time to check DNS.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (stored.Exists)
        {
            await CheckDns();
            return;
        }
        await Remind(null);
        DeactivateOnIdle();
    }

    private async Task<(string? Host, FieldProblem? Problem)> Examine(AddDomain command)
    {
        var (host, problem) = HostNames.Read(command.Host, targets.Platform, options.Target, command.PlatformHost);
        if (problem is not null)
            return (null, problem);
        if (await tables.IsTakenAsync(host!, Id, CancellationToken.None))
            throw new AudioException(AudioError.Conflict, Taken);
        if (await tables.IsClaimedAsync(command.OwnerId, host!, CancellationToken.None))
            throw new AudioException(AudioError.Conflict, AddedAlready);
        if (await tables.CountAsync(command.OwnerId, CancellationToken.None) >= options.PerAccount)
            throw new AudioException(AudioError.Conflict, $"An account has at most {options.PerAccount} domains");
        return (host, null);
    }

    private async Task CheckDns()
    {
        var asked = stored.State;
        var found = await dns.CheckAsync(asked.Host, asked.ChallengeName, asked.Challenge, targets.Target, CancellationToken.None);
        var now = time.GetUtcNow();
        var mail = await MailAbout(DomainRules.Observe(asked, found, options, now));
        try
        {
            await stored.Commit(state => DomainRules.Decide(Id, state, found, mail, targets.Target, options, now));
        }
        catch (DuplicateKeyException)
        {
            await stored.Commit(state => state with { Verification = VerificationStatus.Failed, Reason = $"{Taken}.", CheckedAt = now, IsSetUp = false });
        }
        await RemindOfNext();
    }

    private async Task<IStateEffect?> MailAbout(DomainState next) => next.Verification == VerificationStatus.Failed && stored.State.Verification != VerificationStatus.Failed
        ? await mailbox.Send(next.OwnerId, (to, platform) => DomainMails.Failed(to, platform, next, targets.Target), MailLifetime)
        : null;

    private async Task<FieldProblem?> CheckPodcast(Guid podcastId, Guid ownerId)
    {
        try
        {
            if ((await grains.GetGrain<IPodcastGrain>(GrainKeys.Podcast(podcastId)).Get()).OwnerId == ownerId)
                return null;
        }
        catch (AudioException exception) when (exception.Error == AudioError.NotFound)
        {
            // The same for a podcast of somebody else.
        }
        return new FieldProblem("podcast_id", "Expected the id of a podcast of the same account.", FieldCodes.NotAnId);
    }

    private Task RemindOfNext()
    {
        var now = time.GetUtcNow();
        return Remind(DomainRules.NextCheck(stored.State, Id, options.Acme.IsOn, now) - now);
    }

    private async Task Remind(TimeSpan? after)
    {
        if (after is not { } pause)
        {
            await Reminder.ClearAsync();
            _period = null;
            return;
        }
        pause = pause < GrainReminder.ShortestPeriod ? GrainReminder.ShortestPeriod : pause;
        if (_period == pause && pause == GrainReminder.ShortestPeriod)
            return; // It ticks at that pace already.
        await Reminder.SetAsync(pause, pause);
        _period = pause;
    }

    private DomainDetails ToDetails() => DomainRules.ToDetails(Id, stored.State, options, targets.Target, time.GetUtcNow());

    /// <summary>Nobody else learns that the domain exists.</summary>
    private void OwnedBy(Caller caller)
    {
        if (stored.Exists && caller.Owns(stored.State.OwnerId))
            return;
        if (!stored.Exists)
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        throw new AudioException(AudioError.NotFound, "Domain not found");
    }
}
