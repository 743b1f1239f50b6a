using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Grains.Interfaces;
using Microsoft.AspNetCore.Http;

namespace AudioOrleans.Gateway.Tests.Conventions;

public sealed class EntityTagsTests
{
    [Theory]
    [InlineData("\"7-owner\"", 7)]
    [InlineData("\"3-owner\", \"7-owner\"", 7)]
    [InlineData("\"7-owner\",\"foreign, with a comma\"", 7)]
    [InlineData("W/\"9-owner\", \"7-owner\"", 7)]
    // These match nothing.
    [InlineData("W/\"7-owner\"", -1)]
    [InlineData("w/\"7-owner\"", -1)]
    [InlineData("\"7\"", -1)]
    [InlineData("\"07-owner\"", -1)]
    [InlineData("\"-7-owner\"", -1)]
    [InlineData("\"+7-owner\"", -1)]
    [InlineData("\"7-owner-owner\"", -1)]
    [InlineData("\"99999999999999999999-owner\"", -1)]
    [InlineData("\"foreign\"", -1)]
    [InlineData("\"\"", -1)]
    // These match any revision.
    [InlineData("*", null)]
    [InlineData(null, null)]
    public void If_Match_is_read_as_the_expected_revision(string? header, int? expected) =>
        Assert.Equal(expected, Request(header).ExpectedRevision(EntityTags.OwnersView));

    [Theory]
    [InlineData("")]
    [InlineData("7-owner")]
    [InlineData("\"7-owner")]
    [InlineData("\"7-owner\" \"8-owner\"")]
    [InlineData("*, \"7-owner\"")]
    [InlineData("**")]
    public void A_malformed_list_of_tags_is_refused(string header)
    {
        var error = Assert.Throws<AudioException>(() => Request(header).ExpectedRevision(EntityTags.OwnersView));
        Assert.Equal(AudioError.Invalid, error.Error);
        Assert.Equal("If-Match", error.Field);
    }

    [Fact]
    public void Each_view_has_its_own_tags()
    {
        Assert.Equal("\"7\"", EntityTags.Format(7, EntityTags.CommonView));
        Assert.Equal("\"7-owner\"", EntityTags.Format(7, EntityTags.OwnersView));
        Assert.Equal(7, Request("\"7\"").ExpectedRevision(EntityTags.CommonView));
        Assert.Equal(-1, Request("\"7-owner\"").ExpectedRevision(EntityTags.CommonView));
    }

    private static HttpRequest Request(string? ifMatch)
    {
        var request = new DefaultHttpContext().Request;
        if (ifMatch is not null)
            request.Headers.IfMatch = ifMatch;
        return request;
    }
}
