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
/// Takes the bytes of resumable uploads in pieces: each is an object of its own, and counts once the upload's grain has recorded it, whatever
/// happens to the request. The last one completes the file, which is then checked like any other.
/// </summary>
public sealed class TusReceiver(IObjectStore store, UploadReceiver receiver, IGrainFactory grains, TimeProvider time)
{
    /// <summary>The status for a body that does not match its checksum (tus extension checksum).</summary>
    public const int ChecksumMismatch = 460;

    private const string PartType = "application/octet-stream";

    /// <summary>How far an upload has arrived.</summary>
    internal Task<UploadArrival> GetArrivalAsync(Guid uploadId, ClaimsPrincipal user) => Grain(uploadId).GetArrival(user.ToCaller());

    /// <summary>Takes the bytes of a request.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="user">Its owner.</param>
    /// <param name="offset">The offset of the request's first byte.</param>
    /// <param name="length">The length of the upload according to this request; null if it does not say.</param>
    /// <param name="context">The request.</param>
    /// <param name="checksum">The expected hash of the bytes; null for none.</param>
    /// <returns>How far the upload has arrived, and the error response unless the request succeeded.</returns>
    internal async Task<(UploadArrival Arrival, IResult? Refusal)> TakeAsync(
        Guid uploadId, ClaimsPrincipal user, long offset, long? length, HttpContext context, PartChecksum? checksum)
    {
        var arrival = await GetArrivalAsync(uploadId, user);
        if (arrival.IsFinal)
            return (arrival, ProblemJson.Create(StatusCodes.Status403Forbidden, "A final upload accepts no bytes but those of its partial uploads"));
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
            context.Response.Headers.Connection = "close"; // The rest of the body is not read.
        return (arrival, refusal);
    }

    /// <summary>Joins the bytes of partial uploads into one file.</summary>
    internal Task<UploadArrival> JoinAsync(Guid uploadId, ClaimsPrincipal user, UploadArrival arrival, IEnumerable<(Guid UploadId, UploadArrival Arrival)> partials) =>
        FinishAsync(uploadId, user, arrival, partials.SelectMany(partial => KeysOf(partial.UploadId, partial.Arrival)), isFirst: true);

    /// <summary>
    /// Records the length if it was deferred. If that completes the upload, the whole file is recorded with it: until the file is checked and
    /// accepted, no sender may see the upload as complete.
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
        // Even when the sender has disconnected: what arrived is kept, and counts.
        await store.PutAsync(key, piece, PartType, default, CancellationToken.None);
        if (piece.Count == 0 || checksum?.Matches() == false)
        {
            await receiver.DropAsync(key);
            return (arrival, piece.Count == 0 ? null : ProblemJson.Create(ChecksumMismatch, $"The bytes do not match {TusHeaders.Checksum}"));
        }
        if (arrival is { IsPartial: false, IsLengthDeferred: false } && arrival.Offset + piece.Count == arrival.Length)
        {
            try
            {
                return (await FinishAsync(uploadId, user, arrival, [.. KeysOf(uploadId, arrival), key], isFirst), null);
            }
            finally
            {
                await receiver.DropAsync(key); // It is part of the file now, or will be sent again.
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
            // Cancelled, or completed by another request meanwhile: nothing references this piece.
            await receiver.DropAsync(key);
            throw;
        }
    }

    /// <summary>The time limit of a piece: longer the more pieces there are, because all of them are in the upload's state.</summary>
    private static TimeSpan PatienceWith(int pieces) => TimeSpan.FromSeconds(3 + (pieces / 100));

    /// <summary>
    /// Records a piece as an operation of its own, because an operation changes a grain once. The audit trail names the request once, too.
    /// </summary>
    private async Task<UploadArrival> AppendAsync(Guid uploadId, ClaimsPrincipal user, Guid partId, long offset, long length, bool isFirst)
    {
        OperationContext.Enter(Operation.New());
        if (!isFirst)
            RequestContext.Remove(AuditContext.Action);
        return await Grain(uploadId).Append(user.ToCaller(), partId, offset, length);
    }

    /// <summary>
    /// Joins the parts into one file. The last part is recorded only afterwards: while the store or the scanner is unavailable, the sender gets
    /// an error and sends it again.
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
            // If it was cancelled, or completed by another request, its parts are deleted; that is not a store failure.
            if ((await GetArrivalAsync(uploadId, user)).IsComplete)
                throw new AudioException(AudioError.Conflict, "The upload was already received by another request");
            throw;
        }
        return arrival with { Offset = arrival.Length, IsComplete = true };
    }

    private static IEnumerable<string> KeysOf(Guid uploadId, UploadArrival arrival) => arrival.Parts.Select(part => UploadKeys.Part(arrival.OwnerId, uploadId, part));

    private IUploadIngestGrain Grain(Guid uploadId) => grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(uploadId));
}
