using System.Security.Claims;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Conventions;
using Audio.Orleans.Gateway.Problems;
using Audio.Orleans.RelayHost.Intake;
using Audio.Orleans.RelayHost.Objects;

namespace Audio.Orleans.Gateway.Uploads.Tus;

/// <summary>Begins resumable uploads, and takes the first bytes of those that bring some along (tus extensions creation, creation-with-upload).</summary>
internal static class TusCreation
{
    private const string Path = "/v1/uploads/tus";

    /// <summary>Begins one.</summary>
    public static async Task<IResult> CreateAsync(HttpContext context, ClaimsPrincipal user, UploadReception reception, TusReception tus, UploadOptions options)
    {
        var request = context.Request;
        if (NotOffered(request) is { } notOffered)
            return ProblemJson.Invalid([notOffered]);
        var length = TusHeaders.ReadBytes(request, TusHeaders.Length);
        var bringsBytes = request.ContentType == TusHeaders.PartContentType;
        if (length > options.MaxBytes || (bringsBytes && request.ContentLength > length))
            return ProblemJson.Of(StatusCodes.Status413PayloadTooLarge, "The file is too large", [new("max_bytes", Math.Min(length, options.MaxBytes))]);
        if (length == 0)
            return ProblemJson.Invalid([new FieldProblem(TusHeaders.Length, "Expected more than 0 bytes.")]);
        using var checksum = bringsBytes ? PartChecksum.Read(request) : null;
        var metadata = TusHeaders.ReadMetadata(request);
        if (!UploadsApi.TryReadWishes(metadata.GetValueOrDefault("renditions"), metadata.GetValueOrDefault("target_lufs"), out var rates, out var lufs, out var problem))
            return ProblemJson.Invalid([problem!]);
        var (uploadId, ownerId) = (context.NewResourceId(), user.AccountId());
        var (begun, refusal) = await reception.BeginAsync(
            uploadId, new BeginUpload(ownerId, metadata.GetValueOrDefault("filename") ?? metadata.GetValueOrDefault("name") ?? "", length, rates, lufs, IsResumable: true,
                request.Headers[TusHeaders.Metadata].ToString() is { Length: > 0 } told ? told : null));
        if (refusal is not null)
            return refusal;
        var arrival = new UploadArrival(ownerId, 0, length, [], begun!.ExpiresAt!.Value, IsComplete: false);
        if (bringsBytes)
            (arrival, refusal) = await TakeAsync(uploadId, context, user, reception, tus, checksum);
        TusHeaders.Tell(context.Response, arrival);
        return refusal ?? TypedResults.Created($"{Path}/{uploadId:D}");
    }

    /// <summary>Says how far an upload has come also where the answer that began it is given again: such headers are not kept.</summary>
    public static async ValueTask<object?> TellAgainAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var http = context.HttpContext;
        if ((result as KeptResult)?.ReplayedLocation is not { } location)
            return result;
        var upload = http.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IUploadIntakeGrain>(GrainKeys.Upload(Guid.Parse(location.AsSpan(Path.Length + 1))));
        try
        {
            TusHeaders.Tell(http.Response, await upload.GetArrival(http.User.ToCaller()));
        }
        catch (AudioException exception) when (exception.Error == AudioError.NotFound)
        {
            // Given up since; the answer stays what it was.
        }
        return result;
    }

    private static FieldProblem? NotOffered(HttpRequest request)
    {
        if (request.Headers.ContainsKey(TusHeaders.Concat))
            return new FieldProblem(TusHeaders.Concat, "Concatenation is not offered; expected the file as one upload.");
        return request.Headers.ContainsKey(TusHeaders.DeferLength)
            ? new FieldProblem(TusHeaders.DeferLength, $"Expected {TusHeaders.Length}: an upload begins with its length.")
            : null;
    }

    private static async Task<(UploadArrival Arrival, IResult? Refusal)> TakeAsync(
        Guid uploadId, HttpContext context, ClaimsPrincipal user, UploadReception reception, TusReception tus, PartChecksum? checksum)
    {
        try
        {
            var (arrival, refusal) = await tus.TakeAsync(uploadId, user, offset: 0, context, checksum);
            if (refusal is IStatusCodeHttpResult { StatusCode: TusReception.ChecksumMismatch } || IsUnknown(context))
                await ForgetAsync(uploadId, context, reception);
            // What an earlier attempt has brought counts: the sender goes on from there.
            return (arrival, refusal is IStatusCodeHttpResult { StatusCode: StatusCodes.Status409Conflict } ? null : refusal);
        }
        catch (Exception exception) when (exception is ObjectStoreUnavailableException or ScannerUnavailableException)
        {
            // It has begun all the same: what came counts as far as it was stored, and the rest can be sent later.
            return (await tus.GetArrivalAsync(uploadId, user), null);
        }
        catch
        {
            await ForgetAsync(uploadId, context, reception);
            throw;
        }
    }

    /// <summary>Whether nobody will ever know of the upload: its sender is gone without the answer, and cannot ask for it again.</summary>
    private static bool IsUnknown(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested && !context.Request.Headers.ContainsKey(Idempotency.Header);

    private static async Task ForgetAsync(Guid uploadId, HttpContext context, UploadReception reception)
    {
        if (await reception.AbandonAsync(uploadId))
            context.NothingWasMade();
    }
}
