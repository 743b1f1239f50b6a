using System.Text.Json;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Tests.Accounts.SignIn;

public sealed class ExternalPersonsTests
{
    [Fact]
    public void The_person_is_read_from_Google() => Assert.Equal(
        new ExternalPerson("google", "117", "asa@example.org", "Åsa"),
        Google("""{"sub":"117","email":"Asa@Example.org","email_verified":true,"name":" Åsa ","picture":"x"}"""));

    [Theory]
    [InlineData("""{"sub":"117","email":"asa@example.org","email_verified":false}""")]
    [InlineData("""{"sub":"117","email":"asa@example.org"}""")]
    [InlineData("""{"sub":"117","email":"asa@example.org","email_verified":1}""")]
    [InlineData("""{"sub":"117","email":"nobody","email_verified":true}""")]
    [InlineData("""{"sub":"117","email_verified":true}""")]
    [InlineData("""{"sub":"117","email":["asa@example.org"],"email_verified":true}""")]
    public void Only_a_single_verified_address_is_used(string json) => Assert.Equal(new ExternalPerson("google", "117", null, ""), Google(json));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"sub":117}""")]
    [InlineData("""{"sub":""}""")]
    [InlineData("""{"sub":"1 2"}""")]
    [InlineData("""{"sub":"1\u00002"}""")]
    public void A_person_without_an_id_is_not_read(string json) => Assert.Null(Google(json));

    [Fact]
    public void The_primary_verified_GitHub_address_is_used() => Assert.Equal(
        new ExternalPerson("github", "583231", "asa@example.org", "Åsa"),
        GitHub("""{"id":583231,"login":"asa","name":"Åsa","email":"shown@example.org"}""",
            """[{"email":"a@example.org","primary":false,"verified":true},{"email":"asa@example.org","primary":true,"verified":true}]"""));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""[{"email":"asa@example.org","primary":true,"verified":false}]""")]
    [InlineData("""[{"email":"asa@example.org","primary":false,"verified":true}]""")]
    [InlineData("""["asa@example.org"]""")]
    public void No_other_GitHub_address_is_used(string emails) =>
        Assert.Equal(new ExternalPerson("github", "1", null, "asa"), GitHub("""{"id":1,"login":"asa","name":null}""", emails));

    [Theory]
    [InlineData("""{"login":"asa"}""")]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"id":1.5}""")]
    [InlineData("""{"id":0}""")]
    public void A_GitHub_user_without_an_id_is_not_read(string user) => Assert.Null(GitHub(user, "[]"));

    [Fact]
    public void A_name_is_cut_to_the_allowed_length_and_characters()
    {
        var name = Google($$"""{"sub":"1","name":"{{new string('x', 199)}}😀y"}""")!.Name;
        Assert.Equal(new string('x', 199), name);
        Assert.Equal("ab", Google("""{"sub":"1","name":"a\u0007\nb"}""")!.Name);
    }

    private static ExternalPerson? Google(string json) => ExternalPersons.ReadGoogle(JsonDocument.Parse(json).RootElement);

    private static ExternalPerson? GitHub(string user, string emails) => ExternalPersons.ReadGitHub(JsonDocument.Parse(user).RootElement, JsonDocument.Parse(emails).RootElement);
}
