using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Grains.Storage;

namespace Audio.Orleans.Grains.Uploads;

public sealed partial class UploadGrain
{
    /// <summary>A request that brings a whole file has ended long before.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromHours(2);

    /// <summary>They are read one after the other in the end.</summary>
    private const int MostParts = 5000;

    /// <inheritdoc/>
    public async Task<UploadOutcome> Begin(BeginUpload wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (stored.RecordExists)
        {
            return stored.State is { Status: UploadStatus.Receiving } && stored.State.OwnerId == wish.OwnerId
                ? new UploadOutcome([], null, stored.State.ExpiresAt)
                : throw new AudioException(AudioError.Conflict, "Upload exists already");
        }
        var problems = UploadRules.Check(wish, options);
        if (!problems.IsEmpty)
            return new UploadOutcome(problems, null, null);
        var now = time.GetUtcNow();
        try
        {
            await Write(_ => new UploadState
            {
                OwnerId = wish.OwnerId,
                FileName = UploadRules.NameOf(wish.FileName),
                Status = UploadStatus.Receiving,
                SizeBytes = wish.Length,
                RenditionsKbps = wish.RenditionsKbps,
                TargetLufs = wish.TargetLufs,
                CreatedAt = now,
                ExpiresAt = now + (wish.IsResumable ? options.Expiration : LongestRequest),
                IsResumable = wish.IsResumable,
                Quota = options.QuotaBytes,
                Metadata = wish.Metadata,
            });
        }
        catch (UploadQuotaException exception)
        {
            DeactivateOnIdle();
            return new UploadOutcome([], Math.Max(0, exception.Left), null);
        }
        return new UploadOutcome([], null, stored.State.ExpiresAt);
    }

    /// <inheritdoc/>
    public Task<UploadArrival> GetArrival(Caller caller) => Task.FromResult(Arrival(Of(caller)));

    /// <inheritdoc/>
    public async Task<UploadArrival> Append(Caller caller, Guid partId, long offset, long length)
    {
        var state = Of(caller);
        if (IsThere || offset != state.Offset || length < 1 || offset + length > state.SizeBytes)
            throw new AudioException(AudioError.Conflict, $"Expected a part that begins at {Arrival(state).Offset} and ends by {state.SizeBytes}");
        if (state.Parts.Length >= MostParts)
            throw new AudioException(AudioError.Conflict, $"Expected at most {MostParts} parts; begin anew with larger ones");
        await Write(before => before with { Parts = before.Parts.Add(partId), Offset = offset + length, ExpiresAt = time.GetUtcNow() + options.Expiration });
        return Arrival(stored.State);
    }

    /// <inheritdoc/>
    public async Task<UploadDetails> Accept(Caller caller, UploadReceived received)
    {
        ArgumentNullException.ThrowIfNull(received);
        var state = Of(caller);
        if (IsThere && state.OriginalKey != received.Key)
            throw new AudioException(AudioError.Conflict, "The upload has come already, by another request");
        if (!IsThere)
        {
            var duplicate = await table.FindDuplicateAsync(state.OwnerId, received.Sha256, Id, CancellationToken.None);
            var job = UploadJobs.Prepare(Id, state.OwnerId);
            await Write(before => before with
            {
                Status = UploadStatus.Processing,
                Format = received.Format,
                SizeBytes = received.SizeBytes,
                Sha256 = received.Sha256,
                OriginalKey = received.Key,
                DuplicateOf = duplicate,
                Parts = [],
                Offset = 0,
                ExpiresAt = null,
                PreparationJob = job.JobId,
                NewJobs = !before.IsResumable ? [job] : [job, StorageJobs.DeleteAll(UploadKeys.Parts(before.OwnerId, Id))],
            });
        }
        return UploadRules.ToDetails(Id, stored.State, _progress);
    }

    /// <inheritdoc/>
    public async Task<bool> Abandon()
    {
        if (IsThere)
            return false;
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
        return true;
    }

    /// <inheritdoc/>
    public Task Expire() => stored is { RecordExists: true, State.ExpiresAt: { } end } && end <= time.GetUtcNow() ? Abandon() : Task.CompletedTask;

    private UploadArrival Arrival(UploadState state) =>
        new(state.OwnerId, IsThere ? state.SizeBytes : state.Offset, state.SizeBytes, state.Parts, state.ExpiresAt ?? state.CreatedAt, IsThere, state.Metadata);
}
