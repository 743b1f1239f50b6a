using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>
/// Takes a whole file for an upload, however its bytes arrive: checks it, has the upload accepted, and deletes what is refused.
/// </summary>
public sealed class UploadReceiver(FileIngest ingest, IObjectStore store, UploadOptions options, IGrainFactory grains, ILogger<UploadReceiver> logger)
{
    /// <summary>Begins an upload; returns the error response if it is refused.</summary>
    public async Task<(UploadOutcome? Begun, IResult? Refusal)> BeginAsync(Guid uploadId, BeginUpload command)
    {
        var outcome = await Grain(uploadId).Begin(command);
        if (!outcome.Problems.IsEmpty)
            return (null, ProblemJson.Invalid(outcome.Problems));
        return outcome.QuotaLeft is { } left
            ? (null, NoRoom(left))
            : (outcome, null);
    }

    /// <summary>The error response when an account has only this many bytes left.</summary>
    internal static IResult NoRoom(long left) =>
        ProblemJson.Create(StatusCodes.Status413PayloadTooLarge, "The account has too little space left for the file", [new("reason", "quota_exceeded"), new("max_bytes", left)]);

    /// <summary>Takes the bytes of an upload that has begun.</summary>
    /// <exception cref="FileRefusedException">The file is refused; the upload is deleted.</exception>
    /// <exception cref="FileTooLargeException">The file exceeds the limit; the upload is deleted.</exception>
    /// <param name="uploadId">The upload.</param>
    /// <param name="user">Its owner.</param>
    /// <param name="ownerId">The owner's account.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="maxBytes">The maximum number of bytes.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<UploadDetails> TakeAsync(Guid uploadId, ClaimsPrincipal user, Guid ownerId, Stream file, long maxBytes, CancellationToken cancellationToken)
    {
        string? key = null;
        var taken = await ingest.TakeAsync(
            file, Math.Min(maxBytes, options.MaxBytes), async kind => key = await FreeKeyAsync(ownerId, uploadId, kind.Extension()), cancellationToken);
        try
        {
            return await Grain(uploadId).Accept(user.ToCaller(), new UploadReceived(taken.Kind.Extension(), taken.Length, taken.Sha256, key!));
        }
        catch (AudioException exception) when (exception.Error is AudioError.NotFound or AudioError.Conflict)
        {
            // Cancelled meanwhile, or completed by another request: nobody else cleans up. After other failures it may have been accepted.
            await DropAsync(key!);
            throw;
        }
    }

    /// <summary>A key that no attempt has used: an earlier one may have been killed, or may still be running.</summary>
    private async ValueTask<string> FreeKeyAsync(Guid ownerId, Guid uploadId, string format)
    {
        var key = UploadKeys.Original(ownerId, uploadId, format);
        return await store.FindAsync(key) is null ? key : UploadKeys.Original(ownerId, uploadId, Guid.CreateVersion7(), format);
    }

    /// <summary>
    /// Deletes an upload that will not arrive, whatever the state of its bytes. If the grain cannot be notified now, the sweep finds it later.
    /// </summary>
    /// <returns>Whether it is certain that the upload was not accepted.</returns>
    public async Task<bool> AbandonAsync(Guid uploadId)
    {
        try
        {
            return await Grain(uploadId).Abandon();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Upload {UploadId} could not be abandoned; it will expire", uploadId);
            return false;
        }
    }

    /// <summary>Deletes an object that nothing references.</summary>
    public async Task DropAsync(string key)
    {
        try
        {
            await store.DeleteAsync(key, CancellationToken.None);
        }
        catch (ObjectStoreUnavailableException exception)
        {
            logger.LogWarning(exception, "The object {Key} could not be deleted; it is deleted with its upload", key);
        }
    }

    private IUploadIngestGrain Grain(Guid uploadId) => grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(uploadId));
}
