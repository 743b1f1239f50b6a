using System.Security.Claims;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.RelayHost.Objects;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>Transcripts of episodes.</summary>
public static partial class TranscriptsApi
{
    private const int MostBytes = 5 * 1024 * 1024;
    private const string Srt = "application/srt", Vtt = "text/vtt", Json = "application/json";

    /// <summary>Adds the routes.</summary>
    public static void MapTranscripts(this IEndpointRouteBuilder routes)
    {
        var transcripts = routes.MapGroup("/podcasts/{podcastId:guid}/episodes/{episodeId:guid}/transcripts").WithTags("Podcasts").RequireAuthorization(Scopes.PodcastsWrite).AnswerStoreFaults();
        transcripts.MapPut("/{language}", PutAsync).WithName("podcasts.put_transcript").WithMetadata(new DisableRequestSizeLimitAttribute()) // Its own is larger than that of other bodies.
            .WithSummary("Sets the transcript of a language: SRT, WebVTT or JSON, told by its content; at most 5 MB.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        transcripts.MapDelete("/{language}", DeleteAsync).WithName("podcasts.delete_transcript").WithSummary("Removes the transcript of a language.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
    }

    private static async Task<IResult> PutAsync(Guid podcastId, Guid episodeId, string language, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, IObjectStore store)
    {
        if (!Language().IsMatch(language))
            return ProblemJson.Invalid([new FieldProblem("language", "Expected a language tag such as en or pt-BR (BCP 47).", FieldCodes.Malformed)]);
        var podcast = await grains.Podcast(podcastId).Get();
        if (!user.ToCaller().Owns(podcast.OwnerId))
            throw new AudioException(AudioError.Forbidden, "Podcast belongs to somebody else");
        if (await ReadAsync(context) is not { } bytes)
            return StoreFaults.TooLarge(MostBytes);
        if (TypeOf(bytes) is not { } contentType)
            return ProblemJson.Invalid([new FieldProblem("transcript", "Expected SRT, WebVTT, or JSON with segments, in UTF-8.", FieldCodes.Malformed)]);
        var key = PodcastKeys.Transcript(podcastId, episodeId, language, Guid.CreateVersion7());
        using (var content = new MemoryStream(bytes))
            await store.PutAsync(key, content, contentType, cancellationToken: context.RequestAborted);
        await grains.Episodes(podcastId).SetTranscript(user.ToCaller(), episodeId, language, new Transcript(language, contentType, key, null));
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteAsync(Guid podcastId, Guid episodeId, string language, ClaimsPrincipal user, IGrainFactory grains)
    {
        await grains.Episodes(podcastId).SetTranscript(user.ToCaller(), episodeId, language, null);
        return TypedResults.NoContent();
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            if (body.Length + read > MostBytes)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    /// <summary>The media type, by the content; null if it is none of these formats.</summary>
    private static string? TypeOf(byte[] bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        if (text.StartsWith("WEBVTT", StringComparison.Ordinal))
            return Vtt;
        if (SrtStart().IsMatch(text))
            return Srt;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("segments", out var segments) && segments.ValueKind == JsonValueKind.Array ? Json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex Language();

    [GeneratedRegex(@"^\s*\d+\s*\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}\s*-->\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}")]
    private static partial Regex SrtStart();
}
