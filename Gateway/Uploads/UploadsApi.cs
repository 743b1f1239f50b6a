using System.Globalization;
using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>Uploading audio, and reading and managing uploads.</summary>
public static class UploadsApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapUploads(this IEndpointRouteBuilder routes)
    {
        var uploads = routes.MapGroup("/uploads/audio").WithTags("Uploads").AnswerStoreFaults();
        uploads.MapPost("/", UploadAsync).WithName("uploads.upload").AcceptsIdempotencyKey().RequireAuthorization(Scopes.UploadsWrite)
            .WithoutDeadline().WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<UploadFile>("multipart/form-data")
            .WithSummary("Uploads an audio file: MP3, or WAV, FLAC, AAC, M4A, Ogg and Opus, which are converted.")
            .Produces<UploadCreated>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        uploads.MapGet("/", ListAsync).WithName("uploads.list").RequireAuthorization(Scopes.UploadsRead)
            .WithSummary("Lists the caller's uploads, newest first.")
            .Produces<ListResponse<UploadResponse>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        uploads.MapGet("/{uploadId:guid}", GetAsync).WithName("uploads.get").RequireAuthorization(Scopes.UploadsRead)
            .WithSummary("Gets an upload and its state.")
            .Produces<UploadResponse>().ProducesOwnersProblems();
        uploads.MapDelete("/{uploadId:guid}", DeleteAsync).WithName("uploads.delete").RequireAuthorization(Scopes.UploadsWrite)
            .WithSummary("Deletes an upload and its files, unless a playlist or an episode uses it.")
            .Produces(StatusCodes.Status204NoContent).ProducesOwnersProblems().ProducesProblem(StatusCodes.Status409Conflict);
        return uploads;
    }

    private static async Task<IResult> UploadAsync(
        string? renditions, string? target_lufs, HttpContext context, ClaimsPrincipal user, UploadReceiver receiver, UploadOptions options, PublicAddress address)
    {
        var request = context.Request;
        if (request.ContentLength > options.MaxBytes + UploadForm.Room)
            return StoreFaults.TooLarge(options.MaxBytes);
        if (!TryReadInputs(renditions, target_lufs, out var rates, out var lufs, out var problem))
            return ProblemJson.Invalid([problem!]);
        var (fileName, file, refusal) = await UploadForm.FindFileAsync(request, context.RequestAborted);
        if (refusal is not null)
            return refusal;
        var (uploadId, ownerId) = (context.NewResourceId(), user.AccountId());
        var length = Math.Clamp(request.ContentLength ?? options.MaxBytes, 1, options.MaxBytes);
        if (await receiver.BeginAsync(uploadId, new BeginUpload(ownerId, fileName, length, rates, lufs, IsResumable: false)) is (_, { } notBegun))
            return notBegun;
        UploadDetails upload;
        try
        {
            upload = await receiver.TakeAsync(uploadId, user, ownerId, file!, options.MaxBytes, context.RequestAborted);
        }
        catch
        {
            if (await receiver.AbandonAsync(uploadId))
                context.NothingWasMade();
            throw;
        }
        var urls = UploadUrls.From(uploadId, address);
        return TypedResults.Created($"/v1/uploads/audio/{uploadId:D}", new UploadCreated(uploadId, urls.Original, urls.Manifest, UploadStatus.Processing, upload.DuplicateOf));
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address)
    {
        var page = await grains.GetGrain<IUploadCatalogGrain>(GrainKeys.Shared).List(user.ToCaller(), query.ToPage());
        return TypedResults.Ok(page.ToAnswer(upload => UploadResponse.From(upload, address)));
    }

    private static async Task<IResult> GetAsync(Guid uploadId, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address) =>
        TypedResults.Ok(UploadResponse.From(await Grain(grains, uploadId).Get(user.ToCaller()), address));

    private static async Task<IResult> DeleteAsync(Guid uploadId, ClaimsPrincipal user, IGrainFactory grains)
    {
        await Grain(grains, uploadId).Delete(user.ToCaller());
        return TypedResults.NoContent();
    }

    /// <summary>Parses the options that accompany a file, from the query or from tus metadata.</summary>
    internal static bool TryReadInputs(string? renditions, string? targetLufs, out ImmutableArray<int> rates, out double? lufs, out FieldProblem? problem)
    {
        (rates, lufs, problem) = ([], null, null);
        foreach (var part in (renditions ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var rate))
                rates = rates.Add(rate);
            else
                problem = new FieldProblem("renditions", "Expected rates in kbit/s, such as 64,128.", FieldCodes.WrongType);
        }
        if (!string.IsNullOrEmpty(targetLufs))
        {
            if (double.TryParse(targetLufs, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var target))
                lufs = target;
            else
                problem = new FieldProblem("target_lufs", "Expected a number of LUFS, such as -16.", FieldCodes.WrongType);
        }
        return problem is null;
    }

    private static IUploadGrain Grain(IGrainFactory grains, Guid uploadId) => grains.GetGrain<IUploadGrain>(GrainKeys.Upload(uploadId));

    internal static RouteHandlerBuilder ProducesOwnersProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
}
