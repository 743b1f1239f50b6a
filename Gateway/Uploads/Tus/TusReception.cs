using System.Security.Claims;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Problems;
using Audio.Orleans.RelayHost.Intake;
using Audio.Orleans.RelayHost.Objects;

namespace Audio.Orleans.Gateway.Uploads.Tus;

/// <summary>
/// Takes the parts of resumable uploads: each is an object of its own, and counts once its upload's grain has written it down. With the
/// last one they become one file, which is looked at like any other.
/// </summary>
public sealed class TusReception(IObjectStore store, UploadReception reception, IGrainFactory grains)
{
    /// <summary>The status for a part whose checksum is another (tus extension checksum).</summary>
    public const int ChecksumMismatch = 460;

    private const string PartType = "application/octet-stream";

    /// <summary>Takes a part.</summary>
    /// <returns>How far the upload has come, and the answer where that is not success.</returns>
    internal async Task<(UploadArrival? Arrival, IResult? Refusal)> TakeAsync(
        Guid uploadId, ClaimsPrincipal user, long offset, Stream body, PartChecksum? checksum)
    {
        var caller = user.ToCaller();
        var upload = grains.GetGrain<IUploadIntakeGrain>(GrainKeys.Upload(uploadId));
        var arrival = await upload.GetArrival(caller);
        if (offset != arrival.Offset)
            return (arrival, ProblemJson.Of(StatusCodes.Status409Conflict, $"Expected {TusHeaders.Offset}: {arrival.Offset}"));
        if (arrival.IsComplete)
            return (arrival, null);
        var part = new PartStream(body, arrival.Length - offset, checksum);
        var partId = Guid.CreateVersion7();
        var key = UploadKeys.Part(arrival.OwnerId, uploadId, partId);
        // Also when its sender is gone: what came is kept, and counts.
        await store.PutAsync(key, part, PartType, default, CancellationToken.None);
        if (part.Count == 0)
        {
            await store.DeleteAsync(key, CancellationToken.None);
            return (arrival, null);
        }
        if (checksum?.Matches() == false)
        {
            await store.DeleteAsync(key, CancellationToken.None);
            return (arrival, ProblemJson.Of(ChecksumMismatch, $"The bytes are not those of {TusHeaders.Checksum}"));
        }
        if (offset + part.Count == arrival.Length)
        {
            try
            {
                return (await FinishAsync(uploadId, user, arrival, [.. arrival.Parts, partId]), null);
            }
            finally
            {
                await reception.DropAsync(key); // It is in the file now, or will be sent again.
            }
        }
        try
        {
            return (await upload.Append(caller, partId, offset, part.Count), null);
        }
        catch (AudioException exception) when (exception.Error is AudioError.NotFound or AudioError.Conflict)
        {
            // Given up, or come by another request meanwhile: nothing names this part.
            await reception.DropAsync(key);
            throw;
        }
    }

    /// <summary>
    /// Makes one file of the parts. The last part is not written down before that: while the store or the scanner is away the sender is
    /// told so, and sends it again.
    /// </summary>
    private async Task<UploadArrival> FinishAsync(Guid uploadId, ClaimsPrincipal user, UploadArrival arrival, ImmutableArray<Guid> parts)
    {
        await using var file = new JoinedParts(store, parts.Select(part => UploadKeys.Part(arrival.OwnerId, uploadId, part)));
        try
        {
            await reception.TakeAsync(uploadId, user, arrival.OwnerId, file, arrival.Length, CancellationToken.None);
        }
        catch (Exception exception) when (exception is FileRefusedException or FileTooLargeException)
        {
            await reception.AbandonAsync(uploadId);
            throw;
        }
        return arrival with { Offset = arrival.Length, IsComplete = true };
    }
}
