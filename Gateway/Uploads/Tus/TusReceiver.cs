using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// Takes the bytes of resumable uploads, in pieces: each is an object of its own, and counts once its upload's grain has written it
/// down, whatever becomes of the request. With the last one they become one file, which is looked at like any other.
/// </summary>
public sealed class TusReceiver(IObjectStore store, UploadReceiver receiver, IGrainFactory grains, TimeProvider time)
{
    /// <summary>The status for a body whose checksum is another (tus extension checksum).</summary>
    public const int ChecksumMismatch = 460;

    private const string PartType = "application/octet-stream";

    /// <summary>How far an upload has come.</summary>
    internal Task<UploadArrival> GetArrivalAsync(Guid uploadId, ClaimsPrincipal user) => Grain(uploadId).GetArrival(user.ToCaller());

    /// <summary>Takes what a request brings.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="user">Its owner.</param>
    /// <param name="offset">Where the request's bytes begin.</param>
    /// <param name="length">How long the upload will be, by this request; null where it does not say.</param>
    /// <param name="context">The request.</param>
    /// <param name="checksum">What its bytes must hash to; null for nothing.</param>
    /// <returns>How far the upload has come, and the answer where that is not success.</returns>
    internal async Task<(UploadArrival Arrival, IResult? Refusal)> TakeAsync(
        Guid uploadId, ClaimsPrincipal user, long offset, long? length, HttpContext context, PartChecksum? checksum)
    {
        var arrival = await GetArrivalAsync(uploadId, user);
        if (arrival.IsFinal)
            return (arrival, ProblemJson.Create(StatusCodes.Status403Forbidden, "A final upload takes no bytes but those of its partial ones"));
        if (offset != arrival.Offset)
            return (arrival, ProblemJson.Create(StatusCodes.Status409Conflict, $"Expected {TusHeaders.Offset}: {arrival.Offset}"));
        var end = arrival.IsLengthDeferred && length >= offset ? Math.Min(length.Value, arrival.Length) : arrival.Length;
        if (context.Request.ContentLength > end - offset || (arrival.IsLengthDeferred && length > end))
            throw new FileTooLargeException(end - offset);
        if (length is { } told && (arrival = await WithLengthAsync(uploadId, user, arrival, told)).QuotaLeft is { } left)
            return (arrival, UploadReceiver.NoRoom(left));
        var body = new TusBody(context.Request.BodyReader, time);
        IResult? refusal = null;
        while (refusal is null && !arrival.IsComplete && await body.HasMoreAsync())
            (arrival, refusal) = await TakePieceAsync(uploadId, user, arrival, body, checksum, isFirst: arrival.Offset == offset);
        if (refusal is null && arrival is { HasAllBytes: true, IsComplete: false, IsPartial: false })
            arrival = await FinishAsync(uploadId, user, arrival, KeysOf(uploadId, arrival), isFirst: true);
        if (body.HasFallenSilent)
            context.Response.Headers.Connection = "close"; // The rest is not waited for.
        return (arrival, refusal);
    }

    /// <summary>Makes one file of what partial uploads have brought.</summary>
    internal Task<UploadArrival> JoinAsync(Guid uploadId, ClaimsPrincipal user, UploadArrival arrival, IEnumerable<(Guid UploadId, UploadArrival Arrival)> partials) =>
        FinishAsync(uploadId, user, arrival, partials.SelectMany(partial => KeysOf(partial.UploadId, partial.Arrival)), isFirst: true);

    /// <summary>
    /// Has the length written down, where it was deferred. With nothing missing any more that is done with the whole file: until it was
    /// looked at and taken, no sender may read that all of it has come.
    /// </summary>
    private async Task<UploadArrival> WithLengthAsync(Guid uploadId, ClaimsPrincipal user, UploadArrival arrival, long length) =>
        arrival is { IsLengthDeferred: true, IsPartial: false } && length == arrival.Offset && length > 0
            ? arrival with { Length = length, IsLengthDeferred = false }
            : await Grain(uploadId).SetLength(user.ToCaller(), length);

    private async Task<(UploadArrival Arrival, IResult? Refusal)> TakePieceAsync(
        Guid uploadId, ClaimsPrincipal user, UploadArrival arrival, TusBody body, PartChecksum? checksum, bool isFirst)
    {
        var piece = new PieceStream(body, arrival.Length - arrival.Offset, PatienceWith(arrival.Parts.Length), checksum, time);
        var partId = Guid.CreateVersion7();
        var key = UploadKeys.Part(arrival.OwnerId, uploadId, partId);
        // Also when its sender is gone: what came is kept, and counts.
        await store.PutAsync(key, piece, PartType, default, CancellationToken.None);
        if (piece.Count == 0 || checksum?.Matches() == false)
        {
            await receiver.DropAsync(key);
            return (arrival, piece.Count == 0 ? null : ProblemJson.Create(ChecksumMismatch, $"The bytes are not those of {TusHeaders.Checksum}"));
        }
        if (arrival is { IsPartial: false, IsLengthDeferred: false } && arrival.Offset + piece.Count == arrival.Length)
        {
            try
            {
                return (await FinishAsync(uploadId, user, arrival, [.. KeysOf(uploadId, arrival), key], isFirst), null);
            }
            finally
            {
                await receiver.DropAsync(key); // It is in the file now, or will be sent again.
            }
        }
        try
        {
            var next = await AppendAsync(uploadId, user, partId, arrival.Offset, piece.Count, isFirst);
            if (next.QuotaLeft is not { } left)
                return (next, null);
            await receiver.DropAsync(key);
            return (next, UploadReceiver.NoRoom(left));
        }
        catch (AudioException exception) when (exception.Error is AudioError.NotFound or AudioError.Conflict)
        {
            // Given up, or come by another request meanwhile: nothing names this piece.
            await receiver.DropAsync(key);
            throw;
        }
    }

    /// <summary>How long a piece may take: longer the more there are, since all of them stand in the upload's state.</summary>
    private static TimeSpan PatienceWith(int pieces) => TimeSpan.FromSeconds(3 + (pieces / 100));

    /// <summary>Has a piece written down, as an operation of its own: one changes a grain once. The trail names the request once, too.</summary>
    private async Task<UploadArrival> AppendAsync(Guid uploadId, ClaimsPrincipal user, Guid partId, long offset, long length, bool isFirst)
    {
        OperationContext.Enter(Operation.New());
        if (!isFirst)
            RequestContext.Remove(AuditContext.Action);
        return await Grain(uploadId).Append(user.ToCaller(), partId, offset, length);
    }

    /// <summary>
    /// Makes one file of the parts. The last part is not written down before that: while the store or the scanner is away the sender is
    /// told so, and sends it again.
    /// </summary>
    private async Task<UploadArrival> FinishAsync(Guid uploadId, ClaimsPrincipal user, UploadArrival arrival, IEnumerable<string> keys, bool isFirst)
    {
        if (!isFirst)
            RequestContext.Remove(AuditContext.Action);
        await using var file = new JoinedParts(store, keys);
        try
        {
            await receiver.TakeAsync(uploadId, user, arrival.OwnerId, file, arrival.Length, CancellationToken.None);
        }
        catch (Exception exception) when (exception is FileRefusedException or FileTooLargeException)
        {
            await receiver.AbandonAsync(uploadId);
            throw;
        }
        catch (ObjectStoreUnavailableException)
        {
            // Where it was given up, or has come by another request, its parts are gone; that is no fault of the store's.
            if ((await GetArrivalAsync(uploadId, user)).IsComplete)
                throw new AudioException(AudioError.Conflict, "The upload has come already, by another request");
            throw;
        }
        return arrival with { Offset = arrival.Length, IsComplete = true };
    }

    private static IEnumerable<string> KeysOf(Guid uploadId, UploadArrival arrival) => arrival.Parts.Select(part => UploadKeys.Part(arrival.OwnerId, uploadId, part));

    private IUploadIngestGrain Grain(Guid uploadId) => grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(uploadId));
}
