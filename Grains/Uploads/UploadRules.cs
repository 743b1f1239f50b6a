using System.Text;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Uploads;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Validation of uploads, and their next states. Needs no runtime.</summary>
public static class UploadRules
{
    /// <summary>The header in which tus clients send the length.</summary>
    private const string LengthHeader = "Upload-Length";

    private const int LongestName = 255;

    /// <summary>They are read one after another at the end.</summary>
    private const int MostParts = 5000;

    /// <summary>Longer than any request that sends a whole file.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromHours(2);

    private const int LeastKbps = 32;
    private const int MostKbps = 320;
    private const int MostRenditions = 4;
    private const double SoftestLufs = -36;
    private const double LoudestLufs = -9;

    /// <summary>The problems with a request; empty if there are none.</summary>
    public static ImmutableArray<FieldProblem> Check(BeginUpload command, UploadOptions options)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if ((command.Length < 1 && !command.IsLengthDeferred) || command.Length > options.MaxBytes)
            problems.Add(new FieldProblem("length", $"Expected 1 to {options.MaxBytes} bytes.", FieldCodes.OutOfRange));
        if (command.RenditionsKbps.Length > MostRenditions || command.RenditionsKbps.Any(kbps => kbps is < LeastKbps or > MostKbps) || command.RenditionsKbps.Distinct().Count() != command.RenditionsKbps.Length)
            problems.Add(new FieldProblem("renditions", $"Expected at most {MostRenditions} different rates from {LeastKbps} to {MostKbps} kbit/s, such as 64,128.", FieldCodes.OutOfRange));
        if (command.TargetLufs is { } lufs && !(lufs >= SoftestLufs && lufs <= LoudestLufs))
            problems.Add(new FieldProblem("target_lufs", $"Expected {SoftestLufs} to {LoudestLufs} LUFS, such as -16.", FieldCodes.OutOfRange));
        return problems.ToImmutable();
    }

    /// <summary>The problem with an upload's deferred length; null if there is none.</summary>
    public static FieldProblem? CheckLength(UploadState state, long length, UploadOptions options)
    {
        if (!state.IsLengthDeferred)
            return length == state.SizeBytes ? null : new FieldProblem(LengthHeader, $"Expected {state.SizeBytes}, the length of the upload.", FieldCodes.NotAllowed);
        var least = Math.Max(1, state.Offset);
        return length >= least && length <= options.MaxBytes
            ? null
            : new FieldProblem(LengthHeader, $"Expected {least} to {options.MaxBytes} bytes; {state.Offset} were received.", FieldCodes.OutOfRange);
    }

    /// <summary>The first state of an upload; the account's quota must allow it.</summary>
    public static Change<UploadState> Begin(Guid uploadId, BeginUpload command, UploadOptions options, DateTimeOffset now)
    {
        var state = new UploadState
        {
            OwnerId = command.OwnerId,
            FileName = NameOf(command.FileName),
            Status = UploadStatus.Receiving,
            SizeBytes = command.Length,
            IsLengthDeferred = command.IsLengthDeferred,
            Concat = command.Concat,
            RenditionsKbps = command.RenditionsKbps,
            TargetLufs = command.TargetLufs,
            CreatedAt = now,
            ExpiresAt = now + (command.IsResumable ? options.Expiration : LongestRequest),
            IsResumable = command.IsResumable,
            Metadata = command.Metadata,
        };
        // The partial uploads of a final one already count towards the quota.
        return command.Concat is { IsPartial: false } ? state : new Change<UploadState>(state, new CheckUploadQuota(uploadId, state.OwnerId, state.SizeBytes, options.QuotaBytes));
    }

    /// <summary>Throws unless a part starts where the last one ended, and ends within the upload's length.</summary>
    /// <exception cref="AudioException">Conflict.</exception>
    public static void RequireNextPart(UploadArrival arrival, long offset, long length)
    {
        if (arrival.IsComplete || offset != arrival.Offset || length < 1 || offset + length > arrival.Length)
            throw new AudioException(AudioError.Conflict, $"Expected a part that starts at {arrival.Offset} and ends at {arrival.Length} at the latest");
        if (arrival.Parts.Length >= MostParts)
            throw new AudioException(AudioError.Conflict, $"Expected at most {MostParts} parts; start again with larger ones");
    }

    /// <summary>The state with one more part, which ends at an offset.</summary>
    public static UploadState WithPart(UploadState state, Guid partId, long end) =>
        state with { Parts = state.Parts.Add(partId), Offset = end, SizeBytes = state.IsLengthDeferred ? end : state.SizeBytes };

    /// <summary>The progress of an upload.</summary>
    public static UploadArrival ArrivalOf(UploadState state, UploadOptions options)
    {
        var isComplete = state.Status != UploadStatus.Receiving;
        return new UploadArrival(
            state.OwnerId, isComplete ? state.SizeBytes : state.Offset, state.IsLengthDeferred ? options.MaxBytes : state.SizeBytes, state.Parts,
            state.ExpiresAt ?? state.CreatedAt, isComplete, state.Metadata, state.Concat, state.IsLengthDeferred);
    }

    /// <summary>All bytes are in the store: enqueues a job that prepares the file.</summary>
    public static Change<UploadState> Accept(Guid uploadId, UploadState state, UploadReceived received, Guid? duplicateOf)
    {
        var job = PrepareUpload.Job.Create(GrainKeys.Upload(uploadId), state.OwnerId);
        var next = state with
        {
            Status = UploadStatus.Processing,
            Format = received.Format,
            SizeBytes = received.SizeBytes,
            IsLengthDeferred = false,
            Sha256 = received.Sha256,
            OriginalKey = received.Key,
            DuplicateOf = duplicateOf,
            Parts = [],
            Offset = 0,
            ExpiresAt = null,
            PreparationJob = job.JobId,
        };
        var change = new Change<UploadState>(next, new EnqueueJob(job));
        if (state.Concat is { IsPartial: false } concat)
            change = change.With(new JoinPartialUploads(uploadId, state.OwnerId, concat.Partials));
        return state.IsResumable ? change.With(DeleteObjects.Under(UploadKeys.Parts(state.OwnerId, uploadId))) : change;
    }

    /// <summary>Whether a job is the one that prepares the file; also after it failed, since an admin may retry it.</summary>
    public static bool IsToPrepare(UploadState state, Guid jobId) => state.Status is UploadStatus.Processing or UploadStatus.Failed && state.PreparationJob == jobId;

    /// <summary>What a job has to do; null if there is nothing left to do.</summary>
    public static UploadWork? WorkOf(Guid uploadId, UploadState state, Guid jobId)
    {
        if (IsToPrepare(state, jobId))
            return Work(state.OriginalKey);
        return state is { IsAnalysed: false, Prepared: { } prepared } && state.AnalysisJob == jobId ? Work(prepared.Mp3.Key) : null;

        UploadWork Work(string sourceKey) => new(UploadKeys.Prefix(state.OwnerId, uploadId), sourceKey, state.Format, state.RenditionsKbps, state.TargetLufs);
    }

    /// <summary>The file is prepared: enqueues a job that measures it.</summary>
    public static Change<UploadState> Finish(Guid uploadId, UploadState state, MediaAsset prepared, DateTimeOffset now)
    {
        var analysis = AnalyseUpload.Job.Create(GrainKeys.Upload(uploadId), state.OwnerId);
        return new Change<UploadState>(
            state with { Status = UploadStatus.Ready, Prepared = prepared, CompletedAt = now, ErrorMessage = null, AnalysisJob = analysis.JobId },
            new EnqueueJob(analysis), RefreshEpisodes.Using(uploadId));
    }

    /// <summary>The audio of an upload; null unless it is ready and belongs to the account.</summary>
    public static MediaAsset? AssetOf(UploadState state, Guid ownerId) => state.Status == UploadStatus.Ready && state.OwnerId == ownerId ? state.Prepared : null;

    /// <summary>The object keys of an upload's files.</summary>
    public static UploadMedia ToMedia(UploadState state) =>
        new UploadMedia(
            state.OwnerId, state.Status, state.OriginalKey, state.Prepared?.Mp3.Key, state.Prepared?.PlaylistKey, state.Prepared?.HasArt ?? false, state.IsAnalysed);

    /// <summary>A file name as it is stored: the last segment of a path, without control characters.</summary>
    public static string NameOf(string fileName)
    {
        // The last segment of a path; a backslash is an ordinary character. By runes, so that surrogate pairs are not split.
        var name = string.Concat(fileName[(fileName.LastIndexOf('/') + 1)..].EnumerateRunes().Where(IsKept)).Trim();
        if (name.Length > LongestName)
            name = name[..(char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName)];
        return name;

        static bool IsKept(Rune rune) => !Rune.IsControl(rune) && rune.Value is not (0xFFFE or 0xFFFF);
    }

    /// <summary>The upload as its owner sees it.</summary>
    public static UploadDetails ToDetails(Guid uploadId, UploadState state, int progress)
    {
        var prepared = state.Prepared;
        return new UploadDetails(
            uploadId, state.OwnerId, state.FileName, state.Status, state.Status == UploadStatus.Ready ? 100 : progress, state.Format, state.SizeBytes,
            prepared?.Title, prepared?.Artist, prepared?.Album, prepared?.Mp3.Duration, prepared?.BitsPerSecond, state.LoudnessLufs, prepared?.HasArt ?? false,
            state.IsAnalysed, state.ErrorMessage, state.DuplicateOf, state.CreatedAt, state.CompletedAt, prepared?.Warning, state.Cover.Current);
    }
}
