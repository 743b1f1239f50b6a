using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Domains;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>The domain that is added with a new podcast. It has the podcast's id: a request has one for all that it creates.</summary>
internal static class PodcastDomains
{
    /// <summary>The error response if the domain would be refused; null if not. It is checked before the podcast is created.</summary>
    public static async Task<IResult?> RefuseAsync(AddDomain domain, ClaimsPrincipal user, IGrainFactory grains)
    {
        if (!user.HasScope(Scopes.DomainsWrite))
            return ProblemJson.MissingScope(Scopes.DomainsWrite);
        return await GrainOf(domain, grains).FindProblem(domain) is { } problem ? ProblemJson.Invalid([problem]) : null;
    }

    /// <summary>Adds the domain. If it is refused after all, because another request was faster, the podcast is deleted.</summary>
    /// <exception cref="AudioException">Conflict, or the outcome is not known: then both may be there, and a repeat with the same key finds them.</exception>
    public static async Task<DomainOutcome> AddAsync(AddDomain domain, ClaimsPrincipal user, IGrainFactory grains)
    {
        try
        {
            var outcome = await GrainOf(domain, grains).Add(domain);
            if (outcome.Problem is not null)
                await DeletePodcastAsync(domain, user, grains);
            return outcome;
        }
        catch (AudioException exception) when (exception.Error is AudioError.Conflict)
        {
            await DeletePodcastAsync(domain, user, grains);
            throw;
        }
    }

    private static Task DeletePodcastAsync(AddDomain domain, ClaimsPrincipal user, IGrainFactory grains) => grains.Podcast(domain.PodcastId!.Value).Delete(user.ToCaller());

    private static IDomainGrain GrainOf(AddDomain domain, IGrainFactory grains) => grains.Domain(domain.PodcastId!.Value);
}
