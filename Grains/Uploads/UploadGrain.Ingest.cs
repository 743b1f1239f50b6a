using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Storage;

namespace AudioOrleans.Grains.Uploads;

public sealed partial class UploadGrain
{
    /// <summary>A request that brings a whole file has ended long before.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromHours(2);

    /// <summary>They are read one after the other in the end.</summary>
    private const int MostParts = 5000;

    /// <inheritdoc/>
    public async Task<UploadOutcome> Begin(BeginUpload command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (stored.RecordExists)
        {
            return stored.State is { Status: UploadStatus.Receiving } && stored.State.OwnerId == command.OwnerId
                ? new UploadOutcome([], null, stored.State.ExpiresAt)
                : throw new AudioException(AudioError.Conflict, "Upload exists already");
        }
        var problems = UploadRules.Check(command, options);
        if (!problems.IsEmpty)
            return new UploadOutcome(problems, null, null);
        var now = time.GetUtcNow();
        try
        {
            await Write(_ => new UploadState
            {
                OwnerId = command.OwnerId,
                FileName = UploadRules.NameOf(command.FileName),
                Status = UploadStatus.Receiving,
                SizeBytes = command.Length,
                IsLengthDeferred = command.IsLengthDeferred,
                Concat = command.Concat,
                RenditionsKbps = command.RenditionsKbps,
                TargetLufs = command.TargetLufs,
                CreatedAt = now,
                ExpiresAt = now + (command.IsResumable ? options.Expiration : LongestRequest),
                IsResumable = command.IsResumable,
                Quota = command.Concat is { IsPartial: false } ? null : options.QuotaBytes, // Its partial uploads have the room.
                Metadata = command.Metadata,
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
        var (end, arrival) = (offset + length, Arrival(state));
        if (IsThere || offset != state.Offset || length < 1 || end > arrival.Length)
            throw new AudioException(AudioError.Conflict, $"Expected a part that begins at {arrival.Offset} and ends by {arrival.Length}");
        if (state.Parts.Length >= MostParts)
            throw new AudioException(AudioError.Conflict, $"Expected at most {MostParts} parts; begin anew with larger ones");
        return await WriteArrival(before => before with { Parts = before.Parts.Add(partId), Offset = end, SizeBytes = before.IsLengthDeferred ? end : before.SizeBytes });
    }

    /// <inheritdoc/>
    public async Task<UploadArrival> SetLength(Caller caller, long length)
    {
        var state = Of(caller);
        if (UploadRules.CheckLength(state, length, options) is { } problem)
            throw new AudioException(problem);
        return state.IsLengthDeferred ? await WriteArrival(before => before with { SizeBytes = length, IsLengthDeferred = false }) : Arrival(state);
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
            try
            {
                await Write(before => before with
                {
                    Status = UploadStatus.Processing,
                    Format = received.Format,
                    SizeBytes = received.SizeBytes,
                    IsLengthDeferred = false,
                    Sha256 = received.Sha256,
                    OriginalKey = received.Key,
                    DuplicateOf = duplicate,
                    Parts = [],
                    Offset = 0,
                    ExpiresAt = null,
                    PreparationJob = job.JobId,
                    IsTakingPartials = before.Concat is { IsPartial: false },
                    NewJobs = !before.IsResumable ? [job] : [job, StorageJobs.DeleteAll(UploadKeys.Parts(before.OwnerId, Id))],
                });
            }
            catch (PartialUploadsGoneException)
            {
                throw new AudioException(AudioError.Conflict, "The partial uploads are part of another upload already, or were given up");
            }
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

    /// <summary>Writes more of it down, where the account has room for that. More of one whose length is known takes no more room.</summary>
    private async Task<UploadArrival> WriteArrival(Func<UploadState, UploadState> change)
    {
        try
        {
            await Write(before => change(before) with
            {
                ExpiresAt = time.GetUtcNow() + options.Expiration,
                Quota = before.IsLengthDeferred ? options.QuotaBytes : null,
            });
            return Arrival(stored.State);
        }
        catch (UploadQuotaException exception)
        {
            return Arrival(stored.State) with { QuotaLeft = Math.Max(0, exception.Left) };
        }
    }

    private UploadArrival Arrival(UploadState state) => new(
        state.OwnerId, IsThere ? state.SizeBytes : state.Offset, state.IsLengthDeferred ? options.MaxBytes : state.SizeBytes, state.Parts,
        state.ExpiresAt ?? state.CreatedAt, IsThere, state.Metadata, state.Concat, state.IsLengthDeferred);
}
