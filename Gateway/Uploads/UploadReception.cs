using System.Security.Claims;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Problems;
using Audio.Orleans.RelayHost.Intake;
using Audio.Orleans.RelayHost.OnDemand;

namespace Audio.Orleans.Gateway.Uploads;

/// <summary>Takes a whole file for an upload, however its bytes came: looks at it, has the upload accepted, and leaves nothing of what is refused.</summary>
public sealed class UploadReception(FileIntake intake, UploadOptions options, IGrainFactory grains, ILogger<UploadReception> logger)
{
    /// <summary>Begins an upload; gives the answer when it may not be.</summary>
    public async Task<(UploadOutcome? Begun, IResult? Refusal)> BeginAsync(Guid uploadId, BeginUpload wish)
    {
        var outcome = await Grain(uploadId).Begin(wish);
        if (!outcome.Problems.IsEmpty)
            return (null, ProblemJson.Invalid(outcome.Problems));
        return outcome.QuotaLeft is { } left
            ? (null, ProblemJson.Of(StatusCodes.Status413PayloadTooLarge, "The account has no room for the file", [new("reason", "quota_exceeded"), new("max_bytes", left)]))
            : (outcome, null);
    }

    /// <summary>Takes the bytes of an upload that was begun.</summary>
    /// <exception cref="FileRefusedException">It is not taken; the upload is forgotten.</exception>
    /// <exception cref="FileTooLargeException">It is longer than it may be; the upload is forgotten.</exception>
    /// <param name="uploadId">The upload.</param>
    /// <param name="user">Its owner.</param>
    /// <param name="ownerId">The owner's account.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="maxBytes">How many there may be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<UploadDetails> TakeAsync(Guid uploadId, ClaimsPrincipal user, Guid ownerId, Stream file, long maxBytes, CancellationToken cancellationToken)
    {
        var taken = await intake.TakeAsync(file, Math.Min(maxBytes, options.MaxBytes), kind => UploadKeys.Original(ownerId, uploadId, kind.Extension()), cancellationToken);
        return await Grain(uploadId).Accept(user.ToCaller(), new UploadReceived(taken.Kind.Extension(), taken.Length, taken.Sha256));
    }

    /// <summary>Forgets an upload that will not come, whatever state its bytes are in. What cannot be told now the sweep finds.</summary>
    public async Task AbandonAsync(Guid uploadId)
    {
        try
        {
            await Grain(uploadId).Abandon();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Upload {UploadId} could not be abandoned; it expires by itself", uploadId);
        }
    }

    private IUploadIntakeGrain Grain(Guid uploadId) => grains.GetGrain<IUploadIntakeGrain>(GrainKeys.Upload(uploadId));
}
